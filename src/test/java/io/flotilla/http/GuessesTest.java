package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whoever tries tokens, or asks too often, is refused after a while, and nobody else is. */
class GuessesTest {
  private static final String ROOT = "of-the-node-and-nobody-else";

  @Test
  void manyWrongTokensFromAnAddressKeepNobodyOutButTheirOwner() {
    try (TestServer server =
        new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, ROOT))) {
      await()
          .atMost(TestPatience.PATIENCE)
          .until(() -> server.get("/acl/token/self").statusCode() == 200);
      int tries = 0;
      int status = 403; // the clock goes on: the guess after one that was refused may be let in
      while (tries < 10_000 && status == 403) {
        status = guess(server);
        tries++;
      }
      assertThat(status).isEqualTo(429);
      assertThat(tries).isGreaterThan(100);
      assertThat(server.get("/status/leader?token=" + ROOT).statusCode()).isEqualTo(200);
      assertThat(server.get("/status/leader").statusCode()).isEqualTo(200);
      server.passes(Duration.ofSeconds(2));
      assertThat(guess(server)).isEqualTo(403);
    }
  }

  @Test
  void whoAsksTooOftenIsRefusedAndNobodyElse() {
    try (TestServer server =
        new TestServer(
            new Grants.Settings(HttpServer.DATACENTER, Level.WRITE, ROOT),
            new HttpServer.Clients(1, 1, 1, 1, 0, 0, 0, 0))) {
      HttpResponse<String> refused =
          await()
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(1))
              .atMost(TestPatience.PATIENCE)
              .until(() -> server.get("/status/leader"), answer -> answer.statusCode() == 429);
      assertThat(refused.body()).contains("RPC rate limit exceeded");
      assertThat(server.get("/status/leader?token=" + ROOT).statusCode()).isEqualTo(200);
      assertThat(server.sendTo("GET", "/alive", null).statusCode()).isEqualTo(200);
      server.passes(Duration.ofSeconds(1));
      assertThat(server.get("/status/leader").statusCode()).isEqualTo(200);
    }
  }

  private static int guess(TestServer server) {
    return server.get("/kv/x?token=" + UUID.randomUUID()).statusCode();
  }
}
