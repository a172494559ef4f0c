package io.flotilla.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a small heap, under a load that would need several times as much, keeps running. */
class SmallHeapIT {
  /** About as much as the quota of such a heap admits, bookkeeping included. */
  private static final int KEYS = 30_000;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path data;
  private static RealCluster cluster;
  private final List<Socket> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    cluster = RealCluster.start(data, 1, Map.of("FLOTILLA_JAVA_OPTS", "-Xmx160m"));
    String value = Base64.getEncoder().encodeToString(new byte[100]);
    for (int from = 0; from < KEYS; from += 120) {
      String ops =
          IntStream.range(from, from + 120)
              .mapToObj(
                  i ->
                      "{\"KV\":{\"Verb\":\"set\",\"Key\":\"k/%06d\",\"Value\":\"%s\"}}"
                          .formatted(i, value))
              .collect(Collectors.joining(",", "[", "]"));
      assertThat(cluster.put(0, "/v1/txn", ops).statusCode()).isEqualTo(200);
    }
    assertThat(cluster.put(0, "/v1/kv/big", "x".repeat(512 * 1024)).body()).isEqualTo("true");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void theNodeGoesOn() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    assertThat(cluster.isAlive(0)).as(cluster.log(0)).isTrue();
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.get(0, "/v1/kv/k/000001").statusCode() == 200);
  }

  private void send(String request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    open.add(socket);
    socket.connect(new InetSocketAddress("127.0.0.1", cluster.httpPort(0)), 60_000);
    socket.getOutputStream().write(request.getBytes(UTF_8));
  }

  private static void lives() {
    Awaitility.await("/alive answers")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.get(0, "/alive").statusCode() == 200);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  @Test
  void allKeysAreReadBySeveralAtOnce() throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(6);
    try {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String path = "/v1/kv/k/?recurse" + (i % 3 == 0 ? "&stale" : "");
        answers.add(CompletableFuture.supplyAsync(() -> cluster.get(0, path), readers));
      }
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(new ObjectMapper().readTree(answer.get().body())).hasSize(KEYS);
      }
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void queriesThatWaitAreRefusedBeforeTheyFillTheHeap() throws IOException {
    for (int i = 0; i < 6_000; i++) {
      send(get("/v1/kv/k/000001?index=100000000&wait=10m"));
    }
    lives();
  }

  @Test
  void answersThatNobodyReadsDoNotFillTheHeap() throws IOException {
    for (int i = 0; i < 200; i++) {
      send(get("/v1/kv/big").repeat(16));
    }
    lives();
  }

  @Test
  void headsThatNeverEndDoNotFillTheHeap() throws IOException {
    String headers =
        IntStream.range(0, 50)
            .mapToObj(i -> "X-H" + i + ": " + "y".repeat(8_000) + "\r\n")
            .collect(Collectors.joining());
    for (int i = 0; i < 800; i++) {
      try {
        send("GET /v1/kv/a HTTP/1.1\r\nHost: x\r\n" + headers);
      } catch (IOException e) {
        // It was closed for others.
      }
    }
    lives();
  }
}
