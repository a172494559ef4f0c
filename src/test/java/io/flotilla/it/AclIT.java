package io.flotilla.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.Page;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens in a cluster of processes: what is given or taken on one node counts on all. */
class AclIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "of-all-nodes-and-nobody-else";

  @TempDir Path data;

  @Test
  void whatIsTakenOnOneNodeIsGoneOnAllAndStaysGone() throws Exception {
    Map<String, String> environment =
        Map.of("FLOTILLA_ACL_ENABLED", "true", "FLOTILLA_HTTP_TOKEN", ROOT);
    try (RealCluster cluster = RealCluster.start(data, 3, environment)) {
      String rules = "key_prefix \\\"a/\\\" { policy = \\\"write\\\" }";
      made(cluster.put(0, "/v1/acl/policy?token=" + ROOT, policy(rules)));
      JsonNode kept = token(cluster);
      JsonNode taken = token(cluster);
      for (int node = 0; node < 3; node++) {
        awaitWrite(cluster, node, kept, 200);
        awaitWrite(cluster, node, taken, 200);
      }
      CompletableFuture<Long> ended = endOfStream(cluster, taken);
      String gone = "/v1/acl/token/" + taken.get("AccessorID").asText() + "?token=" + ROOT;
      assertThat(cluster.delete(1, gone).statusCode()).isEqualTo(200);
      long deleted = System.nanoTime();
      assertThat(write(cluster, 1, taken)).as("on the node that was asked").isEqualTo(403);
      awaitWrite(cluster, 0, taken, 403);
      awaitWrite(cluster, 2, taken, 403);
      Duration longer = Duration.ofNanos(System.nanoTime() - deleted);
      Duration streamed = Duration.ofNanos(ended.join() - deleted);
      System.out.printf(
          "on other nodes, a deleted token lived %d ms longer, its stream %d ms%n",
          longer.toMillis(), streamed.toMillis());
      // Some 0.2 s if nobody is in the way.
      assertThat(longer).isLessThan(Duration.ofSeconds(20));
      assertThat(streamed).isLessThan(Duration.ofSeconds(20));

      for (int node = 0; node < 3; node++) {
        cluster.kill(node);
      }
      cluster.startAll();
      cluster.awaitReady();
      String planted = "/v1/kv/planted?token=" + ROOT;
      Awaitility.await()
          .atMost(RealCluster.PATIENCE)
          .until(() -> cluster.put(0, planted, "a-stored-value").statusCode() == 200);
      String given = kept.get("SecretID").asText();
      Map<String, String> debug = debug(cluster);
      assertThat(debug.values())
          .noneMatch(text -> text.contains(ROOT) || text.contains(given))
          .noneMatch(text -> text.contains("a-stored-value") || text.contains("YS1zdG9yZWQt"));
      for (String name : DEBUG) {
        assertThat(debug.keySet()).filteredOn(entry -> entry.endsWith("/" + name)).hasSize(3);
      }
      assertThat(debug.values())
          .anyMatch(text -> text.contains("\"flotilla.http.token\" : \"<hidden>\""))
          .anyMatch(text -> text.contains("\"mark\" : "))
          .anyMatch(text -> text.contains("INFO  i.f.cluster.Entrance "))
          .anyMatch(text -> text.contains("\nflotilla_raft_is_leader "));
      for (int node = 0; node < 3; node++) {
        awaitWrite(cluster, node, kept, 200);
        assertThat(write(cluster, node, taken)).isEqualTo(403);
      }
    }
  }

  private static final List<String> DEBUG =
      List.of(
          "node.json",
          "ready.json",
          "cluster.json",
          "members.json",
          "coordinator.json",
          "threads.txt",
          "log.txt",
          "metrics-1.txt",
          "metrics-2.txt");

  /** As docs/operating/debug.md has it: the archive's texts by their names. */
  private Map<String, String> debug(RealCluster cluster) throws IOException {
    String shown = "debug --output monday.zip --interval 1s";
    assertThat(Page.of("docs/operating/debug.md").text()).contains("./flotilla " + shown + "\n");
    Path archive = data.resolve("monday.zip");
    List<String> arguments =
        new ArrayList<>(List.of(shown.replace("monday.zip", archive.toString()).split(" ")));
    arguments.add("--http-addr=" + cluster.addresses());
    arguments.add("--token=" + ROOT);
    try (RealProcess command = RealProcess.flotilla(data, arguments.toArray(String[]::new))) {
      assertThat(command.exitCode()).as(command.output()).isZero();
      assertThat(command.output()).contains("is written: 3 of the nodes answered");
    }
    Map<String, String> texts = new TreeMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        texts.put(entry.getName(), new String(zip.getInputStream(entry).readAllBytes(), UTF_8));
      }
    }
    return texts;
  }

  /** When a stream of changes ends that has begun on another node. */
  private static CompletableFuture<Long> endOfStream(RealCluster cluster, JsonNode token)
      throws Exception {
    URI watch =
        URI.create(
            "http://"
                + cluster.address(2)
                + "/v1/watch?prefix=a/&token="
                + token.get("SecretID").asText());
    HttpResponse<Stream<String>> events =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(watch).build(), HttpResponse.BodyHandlers.ofLines());
    assertThat(events.statusCode()).isEqualTo(200);
    return CompletableFuture.supplyAsync(
        () -> {
          events.body().forEach(line -> {});
          return System.nanoTime();
        });
  }

  private static String policy(String rules) {
    return "{\"Name\": \"a\", \"Rules\": \"" + rules + "\"}";
  }

  private static JsonNode token(RealCluster cluster) throws IOException {
    return made(
        cluster.put(0, "/v1/acl/token?token=" + ROOT, "{\"Policies\": [{\"Name\": \"a\"}]}"));
  }

  private static JsonNode made(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static int write(RealCluster cluster, int node, JsonNode token) {
    String secret = token.get("SecretID").asText();
    return cluster.put(node, "/v1/kv/a/x?token=" + secret, "1").statusCode();
  }

  private static void awaitWrite(RealCluster cluster, int node, JsonNode token, int status) {
    Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .until(() -> write(cluster, node, token) == status);
  }
}
