package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.registry.balance.ExactPick.Choice;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Version;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BalanceRoutesTest {
  private CompletionStage<Optional<Choice>> exact = new CompletableFuture<>();
  private final ProxyServer server =
      new ProxyServer(Duration.ofSeconds(1), 10, (namespace, service) -> exact);

  @AfterEach
  void end() {
    server.close();
  }

  private static Instance instance(String id) {
    return new Instance("n1", id, "10.0.0.1", 8000 + id.charAt(0), 1);
  }

  private HttpResponse<String> get(String path) {
    try {
      return server.client.send(
          HttpRequest.newBuilder(server.base.resolve("/v1/balance/" + path)).build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String id(String path) {
    return TestServer.json(get(path)).path("ID").asText();
  }

  @Test
  void theAnswerIsTheInstanceToUse() {
    server.has(instance("a"));
    JsonNode json = TestServer.json(get("web"));
    assertThat(json.toString())
        .isEqualTo(
            "{\"Service\":\"web\",\"ID\":\"a\",\"Node\":\"n1\",\"Address\":\"10.0.0.1\","
                + "\"Port\":8097,\"Policy\":\"round-robin\",\"TableVersion\":\"1.1\"}");
  }

  @Test
  void itGoesInTurnOrByTheKeyOrAsThePolicySays() {
    server.has(instance("a"), instance("b"), instance("c"));
    assertThat(Set.of(id("web"), id("web"), id("web"))).hasSize(3);
    String keyed = id("web?policy=consistent-hash&key=ann");
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      assertThat(id("web?policy=consistent-hash&key=ann")).isEqualTo(keyed);
      all.add(id("web?policy=consistent-hash&key=" + i));
    }
    assertThat(all).hasSize(3);
  }

  @Test
  void anAnswerIsNotUnderWay() {
    server.has(instance("a"), instance("b"));
    for (int i = 0; i < 4; i++) {
      id("web?policy=least-connections");
    }
    assertThat(server.balancer.loads("default", "web")).allMatch(l -> l.inFlight() == 0);
  }

  @Test
  void exactPicksComeFromTheCoordinator() {
    server.has(instance("a"));
    exact =
        CompletableFuture.completedFuture(
            Optional.of(new Choice(instance("z"), new Version(7, 3))));
    JsonNode json = TestServer.json(get("web?exact=true"));
    assertThat(json.path("ID").asText()).isEqualTo("z");
    assertThat(json.path("TableVersion").asText()).isEqualTo("7.3");
    exact = CompletableFuture.completedFuture(Optional.empty());
    assertThat(TestServer.code(get("web?exact=true"))).isEqualTo("no-instance");
    exact = new CompletableFuture<>(); // nobody answers
    assertThat(get("web?exact=true").statusCode()).isEqualTo(503);
    assertThat(TestServer.code(get("web?exact=true"))).isEqualTo("coordinator-unavailable");
  }

  @Test
  void whatCannotBeAnsweredIsTold() {
    assertThat(get("web").statusCode()).isEqualTo(404);
    assertThat(TestServer.code(get("web"))).isEqualTo("unknown-service");
    server.has();
    assertThat(get("web").statusCode()).isEqualTo(503);
    assertThat(TestServer.code(get("web"))).isEqualTo("no-instance");
    assertThat(get("web?policy=fastest").statusCode()).isEqualTo(400);
    assertThat(get("web?policy=fastest").body()).contains("round-robin, least-connections");
    assertThat(TestServer.code(get("web?pollicy=random-two"))).isEqualTo("unknown-parameter");
    assertThat(TestServer.code(get("web?exact=true&key=a"))).isEqualTo("bad-parameter");
    assertThat(TestServer.code(get(""))).isEqualTo("missing-service");
  }
}
