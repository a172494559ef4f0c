package io.flotilla.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class FailoverTest {
  private static final String UNAVAILABLE = "unavailable";
  private static final String UNKNOWN = "outcome-unknown";

  private final List<String> moves = Collections.synchronizedList(new ArrayList<>());

  private Flotilla connect(String... addresses) {
    return to(addresses).build();
  }

  private Flotilla.Builder to(String... addresses) {
    return PatientClient.of(String.join(",", addresses))
        .onFailover((from, to, reason) -> moves.add(reason));
  }

  /** Gives up soon. */
  private Flotilla hurried(FakeNode node) {
    return to(node.address())
        .attemptTimeout(Duration.ofMillis(300))
        .deadline(Duration.ofMillis(1500))
        .build();
  }

  @Test
  void a_refused_connection_moves_on_to_the_next_address_and_says_so() throws IOException {
    try (FakeNode good = FakeNode.answering(200, "true");
        Flotilla flotilla = connect(FakeNode.nobody(), good.address())) {
      Flotilla.await(flotilla.kv().set("k", "v"));
      assertThat(moves).containsExactly("connection refused");
      assertThat(flotilla.address().getAuthority()).isEqualTo(good.address());
    }
  }

  @Test
  void an_address_that_goes_away_in_the_middle_is_said_to_be_gone() throws IOException {
    try (FakeNode goes =
            new FakeNode(
                (self, exchange) -> {
                  exchange.sendResponseHeaders(200, 100);
                  exchange.getResponseBody().write('[');
                  exchange.getResponseBody().flush();
                  self.close();
                });
        Flotilla flotilla = to(goes.address()).deadline(Duration.ofSeconds(3)).build()) {
      FlotillaException failure =
          catchThrowableOfType(
              FlotillaException.class, () -> Flotilla.await(flotilla.kv().get("k")));
      assertThat(failure.code()).isEqualTo(FlotillaException.UNREACHABLE);
      assertThat(failure).hasMessageContaining("no node answers at " + goes.address());
    }
  }

  @Test
  void the_address_that_served_is_kept() throws IOException {
    try (FakeNode bad = FakeNode.failing(500, UNAVAILABLE, "no leader");
        FakeNode good = FakeNode.answering(200, "true");
        Flotilla flotilla = connect(bad.address(), good.address())) {
      Flotilla.await(flotilla.kv().set("k", "1"));
      Flotilla.await(flotilla.kv().set("k", "2"));
      assertThat(bad.seen).hasSize(1);
      assertThat(good.seen).hasSize(2);
      assertThat(moves).containsExactly("no leader");
    }
  }

  @Test
  void a_silent_address_is_left_after_the_attempt_timeout_under_the_same_request_id()
      throws IOException {
    try (FakeNode silent = FakeNode.silent();
        FakeNode good = FakeNode.answering(200, "true");
        Flotilla flotilla =
            to(silent.address(), good.address()).attemptTimeout(Duration.ofSeconds(2)).build()) {
      Flotilla.await(flotilla.kv().set("k", "v"));
      // More than once, if the other takes long too.
      assertThat(moves).contains("no answer in time").containsOnly("no answer in time");
      assertThat(good.seen.get(0).requestId())
          .isNotNull()
          .isEqualTo(silent.seen.get(0).requestId());
      assertThat(good.seen.get(0).body()).isEqualTo("v");
    }
  }

  @Test
  void a_lost_connection_is_retried_under_the_same_request_id() throws IOException {
    FakeNode.Behaviour hangUp = (node, exchange) -> exchange.close();
    try (FakeNode dying = new FakeNode(hangUp);
        FakeNode good = FakeNode.answering(200, "true");
        Flotilla flotilla = connect(dying.address(), good.address())) {
      Flotilla.await(flotilla.kv().set("k", "v"));
      assertThat(good.seen.get(0).requestId()).isEqualTo(dying.seen.get(0).requestId());
    }
  }

  @Test
  void different_writes_have_different_request_ids_and_reads_have_none() throws IOException {
    try (FakeNode node =
            new FakeNode(
                (n, x) ->
                    FakeNode.reply(x, 200, x.getRequestMethod().equals("GET") ? "[]" : "true"));
        Flotilla flotilla = connect(node.address())) {
      Flotilla.await(flotilla.kv().set("k", "1"));
      Flotilla.await(flotilla.kv().set("k", "2"));
      Flotilla.await(flotilla.kv().get("k"));
      assertThat(node.seen.get(0).requestId()).isNotEqualTo(node.seen.get(1).requestId());
      assertThat(node.seen.get(2).requestId()).isNull();
    }
  }

  @Test
  void an_overloaded_single_address_is_asked_again_until_it_takes_the_write() throws IOException {
    FakeNode.Behaviour thirdTime =
        (n, x) -> {
          boolean enough = n.seen.size() >= 3;
          if (enough) {
            FakeNode.reply(x, 200, "true");
          } else {
            FakeNode.fail(x, 429, "overloaded", "queue full");
          }
        };
    try (FakeNode node = new FakeNode(thirdTime);
        Flotilla flotilla = connect(node.address())) {
      Flotilla.await(flotilla.kv().set("k", "v"));
      assertThat(node.seen).hasSize(3);
      assertThat(moves).isEmpty();
    }
  }

  @Test
  void a_write_that_no_address_answers_is_of_unknown_outcome() throws IOException {
    try (FakeNode silent = FakeNode.silent();
        Flotilla flotilla = hurried(silent)) {
      OutcomeUnknownException e =
          failure(flotilla.kv().set("k", "v"), OutcomeUnknownException.class);
      assertThat(e.code()).isEqualTo("outcome-unknown");
      await().until(() -> !silent.seen.isEmpty());
      assertThat(e.requestId()).isEqualTo(silent.seen.get(0).requestId());
    }
  }

  @Test
  void unknown_stays_unknown_when_later_answers_only_say_unavailable() throws IOException {
    FakeNode.Behaviour firstUnknown =
        (n, x) -> FakeNode.fail(x, 500, n.seen.size() == 1 ? UNKNOWN : UNAVAILABLE, "why");
    try (FakeNode node = new FakeNode(firstUnknown);
        Flotilla flotilla = hurried(node)) {
      failure(flotilla.kv().set("k", "v"), OutcomeUnknownException.class);
    }
  }

  @Test
  void a_write_that_was_surely_not_applied_is_no_unknown_outcome() throws IOException {
    AtomicReference<Flotilla> client = new AtomicReference<>();
    FakeNode.Behaviour untilTheClientGivesUp =
        (n, x) -> {
          if (n.seen.size() == 3) {
            client.get().close();
          }
          FakeNode.fail(x, 500, UNAVAILABLE, "no leader");
        };
    try (FakeNode node = new FakeNode(untilTheClientGivesUp);
        Flotilla flotilla = connect(node.address())) {
      client.set(flotilla);
      FlotillaException e = failure(flotilla.kv().set("k", "v"), FlotillaException.class);
      assertThat(node.seen).hasSize(3);
      assertThat(e).isNotInstanceOf(OutcomeUnknownException.class);
      assertThat(e.code()).isEqualTo("unavailable");
      assertThat(e.status()).isEqualTo(500);
    }
  }

  @Test
  void a_read_without_an_answer_ends_at_its_deadline() throws IOException {
    try (FakeNode silent = FakeNode.silent();
        Flotilla flotilla = hurried(silent)) {
      FlotillaException e = failure(flotilla.kv().get("k"), FlotillaException.class);
      assertThat(e.code()).isEqualTo(FlotillaException.DEADLINE);
    }
  }

  @Test
  void nobody_there_is_told_at_once_and_names_the_addresses() throws IOException {
    String one = FakeNode.nobody();
    String two = FakeNode.nobody();
    try (Flotilla flotilla =
        Flotilla.builder(one + "," + two).deadline(Duration.ofHours(1)).build()) {
      FlotillaException e = failure(flotilla.kv().set("k", "v"), FlotillaException.class);
      assertThat(e.code()).isEqualTo(FlotillaException.UNREACHABLE);
      assertThat(e).hasMessageContaining(one).hasMessageContaining(two);
    }
  }

  /** Its queue of connections is full, as that of a machine that is busy with other things. */
  @Test
  void an_address_that_takes_no_connection_for_now_is_asked_again() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Flotilla flotilla =
            Flotilla.builder("127.0.0.1:" + busy.getLocalPort())
                .connectTimeout(Duration.ofMillis(200))
                .deadline(Duration.ofMinutes(5))
                .build()) {
      List<Socket> queued = fillQueue(busy);
      CompletableFuture<Void> set = flotilla.kv().set("k", "v");
      await().during(Duration.ofSeconds(1)).until(() -> !set.isDone());
      for (Socket socket : queued) {
        socket.close();
      }
      busy.setSoTimeout(100);
      while (!set.isDone()) {
        serveOne(busy);
      }
      Flotilla.await(set);
    }
  }

  private static List<Socket> fillQueue(ServerSocket server) throws IOException {
    List<Socket> queued = new ArrayList<>();
    try {
      while (true) {
        Socket socket = new Socket();
        queued.add(socket);
        socket.connect(server.getLocalSocketAddress(), 500);
      }
    } catch (SocketTimeoutException e) {
      return queued;
    }
  }

  private static void serveOne(ServerSocket server) throws IOException {
    try (Socket next = server.accept()) {
      next.setSoTimeout(10_000);
      StringBuilder request = new StringBuilder();
      int b = 0;
      while (b >= 0 && request.indexOf("\r\n\r\nv") < 0) {
        b = next.getInputStream().read();
        request.append((char) b);
      }
      if (request.indexOf("PUT ") == 0) {
        next.getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue".getBytes(US_ASCII));
      }
    } catch (SocketTimeoutException e) {
      return; // nobody, or one that has given up: the next
    }
  }

  @Test
  void a_probe_asks_once_and_takes_503_for_an_answer() throws IOException {
    try (FakeNode node = FakeNode.answering(503, "{}");
        Flotilla flotilla = connect(node.address())) {
      assertThat(flotilla.cluster().ready().join()).isFalse();
      assertThat(node.seen).hasSize(1);
    }
  }

  private static <E extends Throwable> E failure(CompletableFuture<?> future, Class<E> type) {
    return catchThrowableOfType(type, () -> Flotilla.await(future));
  }
}
