package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class KeyValueTest {
  private static final String ROW =
      "{\"LockIndex\":2,\"Key\":\"a/ç\",\"Flags\":18446744073709551615,\"Value\":\"w6c=\","
          + "\"CreateIndex\":5,\"ModifyIndex\":9,\"Session\":\"s1\",\"New\":1}";

  @Test
  void an_entry_is_read_with_everything_in_it() throws IOException {
    try (FakeNode node = FakeNode.answering(200, "[" + ROW + "]");
        Flotilla flotilla = PatientClient.connect(node.address())) {
      Entry entry = Flotilla.await(flotilla.kv().get("a/ç")).orElseThrow();
      assertThat(entry.text()).isEqualTo("ç");
      assertThat(Long.toUnsignedString(entry.flags())).isEqualTo("18446744073709551615");
      assertThat(entry.modifyIndex()).isEqualTo(9);
      assertThat(entry.lockIndex()).isEqualTo(2);
      assertThat(entry.session()).isEqualTo("s1");
    }
  }

  @Test
  void an_empty_value_is_empty_and_a_missing_key_is_absent() throws IOException {
    String empty =
        "[{\"Key\":\"k\",\"Flags\":0,\"Value\":null,\"CreateIndex\":1,\"ModifyIndex\":1}]";
    try (FakeNode node = FakeNode.answering(200, empty);
        FakeNode missing = FakeNode.answering(404, "");
        Flotilla here = PatientClient.connect(node.address());
        Flotilla there = PatientClient.connect(missing.address())) {
      assertThat(Flotilla.await(here.kv().get("k")).orElseThrow().value()).isEmpty();
      assertThat(Flotilla.await(there.kv().get("k"))).isEmpty();
      assertThat(Flotilla.await(there.kv().list("k"))).isEmpty();
      assertThat(Flotilla.await(there.kv().keys("k", null))).isEmpty();
    }
  }

  @Test
  void keys_namespaces_and_parameters_are_encoded() throws IOException {
    try (FakeNode node =
            new FakeNode(
                (n, x) ->
                    FakeNode.reply(x, 200, x.getRequestMethod().equals("GET") ? "[]" : "true"));
        Flotilla flotilla = PatientClient.of(node.address()).token("secret").build()) {
      KeyValue kv = flotilla.kv("équipe 1");
      Flotilla.await(kv.set("a/b c%ç?", "v".getBytes(), -1));
      Flotilla.await(kv.compareAndSet("k", "v".getBytes(), 3));
      Flotilla.await(kv.with(Consistency.STALE).list("p/"));
      Flotilla.await(kv.keys("p/", "/"));
      Flotilla.await(kv.deleteAll("p/"));
      Flotilla.await(kv.compareAndDelete("k", 4));
      Flotilla.await(kv.awaitChange("k", 7, Duration.ofSeconds(2)));
      Flotilla.await(kv.awaitChange("k", 7, Duration.ZERO));
      String ns = "?ns=%C3%A9quipe%201";
      assertThat(node.seen)
          .extracting(FakeNode.Seen::uri)
          .containsExactly(
              "/v1/kv/a/b%20c%25%C3%A7%3F" + ns + "&flags=18446744073709551615",
              "/v1/kv/k" + ns + "&cas=3",
              "/v1/kv/p/" + ns + "&stale&recurse",
              "/v1/kv/p/" + ns + "&keys&separator=%2F",
              "/v1/kv/p/" + ns + "&recurse",
              "/v1/kv/k" + ns + "&cas=4",
              "/v1/kv/k" + ns + "&index=7&wait=2000ms",
              "/v1/kv/k" + ns);
      assertThat(node.seen).extracting(FakeNode.Seen::token).containsOnly("secret");
    }
  }

  @Test
  void a_declined_compare_and_set_is_false() throws IOException {
    try (FakeNode node = FakeNode.answering(200, "false");
        Flotilla flotilla = PatientClient.connect(node.address())) {
      assertThat(Flotilla.await(flotilla.kv().compareAndSet("k", new byte[0], 1))).isFalse();
    }
  }

  @Test
  void a_watch_says_the_index_to_go_on_from() throws IOException {
    try (FakeNode node = FakeNode.answering(404, "");
        Flotilla flotilla = PatientClient.connect(node.address())) {
      KeyValue.Change change =
          Flotilla.await(flotilla.kv().awaitChange("k", 0, Duration.ofMillis(10)));
      assertThat(change.entry()).isEmpty();
      assertThat(change.index()).isEqualTo(7);
    }
  }

  @Test
  void an_event_that_was_cut_off_is_asked_for_again() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    String whole = "event: change\ndata: {\"index\":%d,\"op\":\"set\",\"key\":\"k\"}\n\n";
    try (FakeNode node =
            new FakeNode(
                (self, exchange) -> {
                  asked.add("" + exchange.getRequestHeaders().getFirst("Last-Event-ID"));
                  String events =
                      asked.size() == 1
                          ? "id: 6\n" + whole.formatted(6) + "id: 7\nevent: change\n"
                          : "id: 7\n" + whole.formatted(7);
                  exchange.sendResponseHeaders(200, 0);
                  exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
                  exchange.close();
                });
        Flotilla flotilla = PatientClient.connect(node.address())) {
      Watch watch = flotilla.kv().watch("k", 5);
      List<Long> seen = new ArrayList<>();
      watch.run(
          event -> {
            seen.add(event.index());
            if (event.index() == 7) {
              watch.close();
            }
          });
      assertThat(seen).containsExactly(6L, 7L);
      assertThat(asked.get(1)).isEqualTo("6");
    }
  }

  @Test
  void an_error_carries_the_servers_code_status_and_message() throws IOException {
    try (FakeNode node = FakeNode.failing(413, "value-too-large", "at most 524288 bytes");
        Flotilla flotilla = PatientClient.connect(node.address())) {
      assertThatThrownBy(() -> Flotilla.await(flotilla.kv().set("k", "v")))
          .isInstanceOfSatisfying(
              FlotillaException.class,
              e -> {
                assertThat(e.status()).isEqualTo(413);
                assertThat(e.code()).isEqualTo("value-too-large");
                assertThat(e).hasMessage("at most 524288 bytes");
              });
    }
  }

  @Test
  void another_servers_answer_is_reported_as_such() throws IOException {
    try (FakeNode node = FakeNode.answering(200, "<html>");
        Flotilla flotilla = PatientClient.connect(node.address())) {
      assertThatThrownBy(() -> Flotilla.await(flotilla.kv().get("k")))
          .isInstanceOfSatisfying(
              FlotillaException.class,
              e -> assertThat(e.code()).isEqualTo(FlotillaException.BAD_ANSWER));
    }
  }

  @Test
  void a_cluster_view_of_a_newer_server_is_read_leniently() throws IOException {
    String body =
        "{\"Leader\":\"n1\",\"Members\":[{\"Id\":\"n1\",\"Status\":\"Up\",\"Raft\":{\"Role\":"
            + "\"LEADER\",\"Applied\":4,\"Extra\":1}}],\"Shards\":[{\"Namespaces\":[\"default\"],"
            + "\"Node\":\"n2\"}],\"Future\":{}}";
    try (FakeNode node = FakeNode.answering(200, body);
        Flotilla flotilla = PatientClient.connect(node.address())) {
      ClusterView view = Flotilla.await(flotilla.cluster().view());
      assertThat(view.hasLeader()).isTrue();
      assertThat(view.ownerOf("default")).contains("n2");
      assertThat(view.member("n1").orElseThrow().raft().applied()).isEqualTo(4);
    }
  }

  @Test
  void addresses_are_read_in_every_usual_form() {
    assertThat(Addresses.parse("127.0.0.1:8500,8501, http://h:1/ ,https://x"))
        .extracting(Object::toString)
        .isEqualTo(
            List.of("http://127.0.0.1:8500", "http://127.0.0.1:8501", "http://h:1", "https://x"));
    assertThat(Addresses.parse("h")).extracting(Object::toString).containsExactly("http://h:8500");
    assertThatThrownBy(() -> Addresses.parse("ftp://h")).hasMessageContaining("ftp://h");
    assertThatThrownBy(() -> Addresses.parse(" ,")).hasMessageContaining("no address");
  }
}
