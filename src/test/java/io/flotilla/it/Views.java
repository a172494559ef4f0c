package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/** What each node takes the cluster for, and whether it is one. */
final class Views {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Views() {}

  /**
   * Such as "n1 In Up, n2 In Up, n3 None Down! (epoch 7, coordinator n1, leader n2)": for each its
   * seat in the log, and what Akka says; ! is for "being removed".
   */
  static String of(RealCluster cluster, int node) {
    try {
      JsonNode view = view(cluster, node);
      String members =
          each(view.path("Members")).map(Views::member).collect(Collectors.joining(", "));
      return "%s (epoch %s, coordinator %s, leader %s)"
          .formatted(
              members,
              view.path("Epoch").asText(),
              view.path("Coordinator").asText(),
              view.path("Leader").asText());
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  private static JsonNode view(RealCluster cluster, int node) {
    try {
      return JSON.readTree(cluster.get(node, "/v1/cluster").body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String member(JsonNode member) {
    String reachable = member.path("Reachable").asBoolean(true) ? "" : "!";
    return Stream.of("Id", "Seat", "Status")
            .map(field -> member.path(field).asText())
            .collect(Collectors.joining(" "))
        + reachable;
  }

  static int leader(RealCluster cluster) {
    String leader = view(cluster, 0).path("Leader").asText();
    return Integer.parseInt(leader.substring(1)) - 1;
  }

  /**
   * The same is seen by all: everybody is there, one of them coordinates, one leads. Each is ready
   * and takes a write. No shard is in two places.
   */
  static void assertWhole(RealCluster cluster) {
    List<Integer> nodes = IntStream.range(0, cluster.size()).boxed().toList();
    List<String> views = nodes.stream().map(node -> of(cluster, node)).toList();
    String members =
        nodes.stream().map(n -> "n" + (n + 1) + " In Up").collect(Collectors.joining(", "));
    assertThat(views)
        .as("views: %s", views)
        .allMatch(view -> view.equals(views.get(0)))
        .allMatch(
            view -> view.matches(members + " \\(epoch \\d+, coordinator n\\d, leader n\\d\\)"));
    for (int node : nodes) {
      assertThat(cluster.get(node, "/ready").statusCode()).as("ready").isEqualTo(200);
      assertThat(cluster.put(node, "/v1/kv/whole", "" + node).body()).isEqualTo("true");
      assertThat(each(view(cluster, node).path("Shards")))
          .extracting(shard -> shard.path("Type").asText() + " " + shard.path("Shard").asText())
          .doesNotHaveDuplicates();
    }
  }

  /** Returns how long it took. */
  static Duration awaitWhole(RealCluster cluster, Duration atMost) {
    long begun = System.nanoTime();
    Awaitility.await("one cluster")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .untilAsserted(() -> assertWhole(cluster));
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
