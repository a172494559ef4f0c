package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.TestPatience;
import io.flotilla.entity.Result;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KvResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists of many pages over real connections. */
@Timeout(600)
class PagesTest {
  private static final TestServer SERVER = new TestServer();
  private static final Duration PATIENCE = TestPatience.PATIENCE;

  private final String namespace = UUID.randomUUID().toString();
  private final String ns = "ns=" + namespace;

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static String key(int i) {
    return String.format("k/%05d", i);
  }

  private void put(int count, String value) {
    List<CompletableFuture<Result.Done>> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      KeyOp.Put put = new KeyOp.Put(key(i), value.getBytes(UTF_8), 0, OptionalLong.empty(), 0);
      puts.add(SERVER.store.write(namespace, put, null, PATIENCE).toCompletableFuture());
    }
    puts.forEach(p -> assertThat(p.join().ok()).isTrue());
  }

  private static HttpResponse<InputStream> begin(String path) throws Exception {
    return SERVER
        .client()
        .send(
            HttpRequest.newBuilder(URI.create(SERVER.base() + path)).build(),
            BodyHandlers.ofInputStream());
  }

  private static List<String> texts(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false).map(e -> e.get(field).asText()).toList();
  }

  @Test
  void aLongListIsWholeAndInOrder() {
    put(4000, "v".repeat(1000));
    List<String> keys = IntStream.range(0, 4000).mapToObj(PagesTest::key).toList();
    HttpResponse<String> entries = SERVER.get("/kv/k/?recurse&" + ns);
    assertThat(entries.headers().firstValue("X-Consul-Index")).contains("4001");
    assertThat(texts(TestServer.json(entries), "Key")).isEqualTo(keys);
    assertThat(SERVER.get("/kv/k/00000?recurse&" + ns).headers().firstValue("Content-Length"))
        .as("a short one is sent at once")
        .isPresent();
  }

  @Test
  void aLongListOfNamesIsWholeToo() {
    String long_ = "n".repeat(1000);
    List<CompletableFuture<Result.Done>> puts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      KeyOp.Put put = new KeyOp.Put(key(i) + long_, new byte[0], 0, OptionalLong.empty(), 0);
      puts.add(SERVER.store.write(namespace, put, null, PATIENCE).toCompletableFuture());
    }
    puts.forEach(CompletableFuture::join);
    JsonNode names = TestServer.json(SERVER.get("/kv/?keys&" + ns));
    assertThat(names).hasSize(1000);
    assertThat(names.get(999).asText()).startsWith(key(999));
  }

  @Test
  void allPagesAreOfOneMoment() throws Exception {
    put(30, "a".repeat(400_000));
    HttpResponse<InputStream> answer = begin("/kv/k/?recurse&" + ns);
    put(30, "b".repeat(400_000));
    JsonNode entries = Json.MAPPER.readTree(answer.body());
    assertThat(entries).hasSize(30);
    for (JsonNode entry : entries) {
      assertThat(entry.get("ModifyIndex").asLong()).isLessThanOrEqualTo(31);
    }
  }

  @Test
  void anAnswerWhoseRestIsLostBreaksOff() throws Exception {
    put(60, "a".repeat(400_000));
    HttpResponse<InputStream> answer = begin("/kv/k/?recurse&" + ns);
    SERVER.failOver(namespace);
    assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
  }

  @Test
  void aTransactionThatReadsATreeIsAnsweredInPages() {
    put(100, "a".repeat(10_000));
    HttpResponse<String> answer =
        SERVER.put("/txn?" + ns, "[{\"KV\":{\"Verb\":\"get-tree\",\"Key\":\"k/\"}}]");
    JsonNode results = TestServer.json(answer).get("Results");
    assertThat(results).hasSize(100);
    assertThat(results.get(99).get("KV").get("Key").asText()).isEqualTo(key(99));
    assertThat(TestServer.json(answer).get("Errors").isNull()).isTrue();
  }

  @Test
  void theRegistryAnswersInPagesAndFiltersThem() {
    String padding = "x".repeat(500);
    for (int i = 0; i < 700; i++) {
      SERVER.put(
          "/agent/service/register?" + ns,
          "{\"Name\":\"web\",\"ID\":\"w%03d\",\"Meta\":{\"pad\":\"%s\",\"odd\":\"%s\"}}"
              .formatted(i, padding, i % 2 == 1));
    }
    assertThat(TestServer.json(SERVER.get("/health/service/web?" + ns))).hasSize(700);
    JsonNode odd =
        TestServer.json(SERVER.get("/health/service/web?filter=Service.Meta.odd==true&" + ns));
    assertThat(odd).hasSize(350);
    JsonNode last =
        TestServer.json(SERVER.get("/health/service/web?filter=Service.ID==w699&" + ns));
    assertThat(texts(last.findParents("ID"), "ID")).contains("w699");
    assertThat(TestServer.json(SERVER.get("/agent/services?" + ns))).hasSize(700);
    JsonNode node = TestServer.json(SERVER.get("/catalog/node/node-1?" + ns));
    assertThat(node.get("Services")).as("with the node's own").hasSize(701);
    assertThat(node.get("Node").get("Node").asText()).isEqualTo("node-1");
  }

  @Test
  void manyLargeReadsAtOnceAreAllAnswered() {
    put(40, "a".repeat(400_000));
    List<CompletableFuture<KvResult.Entries>> reads = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      reads.add(
          SERVER.store.read(namespace, new KeyOp.Get(key(i)), PATIENCE).toCompletableFuture());
    }
    reads.forEach(read -> assertThat(read.join().items()).hasSize(1));
  }

  @Test
  void withinTheProcessALongListIsWhole() {
    put(2000, "v".repeat(1000));
    KvResult.Entries all =
        SERVER
            .store
            .read(namespace, new KeyOp.ListEntries("k/"), PATIENCE)
            .toCompletableFuture()
            .join();
    assertThat(all.items()).hasSize(2000);
  }

  private static List<String> texts(List<JsonNode> parents, String field) {
    return parents.stream().map(p -> p.get(field).asText()).toList();
  }
}
