package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.ClusterApi.Server;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterApiTest {
  @Test
  void members_are_read_with_what_later_versions_add() throws IOException {
    String body =
        "{\"Servers\":[{\"ID\":\"n1-a\",\"Node\":\"n1\",\"Address\":\"h:8400\",\"Leader\":true,"
            + "\"Voter\":true,\"ProtocolVersion\":\"3\",\"ClusterAddress\":\"h:8300\","
            + "\"LastIndex\":9,\"SilentMillis\":0,\"New\":1}],\"Index\":7}";
    try (FakeNode node = FakeNode.answering(200, body);
        Flotilla flotilla = Flotilla.connect(node.address())) {
      assertThat(Flotilla.await(flotilla.cluster().members()))
          .containsExactly(new Server("n1-a", "n1", "h:8400", "h:8300", true, true, 9, 0));
    }
  }

  private static CompletableFuture<Void> change(ClusterApi cluster, String what) {
    Function<ClusterApi, CompletableFuture<Void>> change =
        switch (what) {
          case "join" -> c -> c.join("[::1]:8300");
          case "remove" -> c -> c.remove("n 2");
          case "promote" -> c -> c.promote("n2");
          case "transfer" -> c -> c.transferLead("n2");
          default -> c -> c.transferLead("");
        };
    return change.apply(cluster);
  }

  @ParameterizedTest
  @CsvSource({
    "join, PUT, /v1/agent/join/%5B%3A%3A1%5D%3A8300",
    "remove, DELETE, /v1/operator/raft/peer?id=n%202",
    "promote, PUT, /v1/operator/raft/promote?id=n2",
    "transfer, PUT, /v1/operator/raft/transfer-leader?id=n2",
    "transfer to anybody, PUT, /v1/operator/raft/transfer-leader",
  })
  void a_change_is_sent_and_its_refusal_is_told(String what, String method, String uri)
      throws IOException {
    try (FakeNode node = FakeNode.failing(500, "leaves-no-quorum", "1 of 2");
        Flotilla flotilla = Flotilla.connect(node.address())) {
      assertThatThrownBy(() -> Flotilla.await(change(flotilla.cluster(), what)))
          .isInstanceOf(FlotillaException.class)
          .hasMessage("1 of 2")
          .extracting(e -> ((FlotillaException) e).code())
          .isEqualTo("leaves-no-quorum");
      assertThat(node.seen).hasSize(1);
      assertThat(node.seen.get(0).method()).isEqualTo(method);
      assertThat(node.seen.get(0).uri()).isEqualTo(uri);
    }
  }
}
