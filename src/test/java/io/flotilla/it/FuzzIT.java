package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import io.flotilla.http.EveryRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Odd requests to each endpoint of a real node, and odd bytes to its inner ports: each is answered
 * or refused in time, no request fails for a reason that the node doesn't know, and it goes on with
 * the memory that it had. More of them: {@code -Dfuzz.requests=1000000 -Dfuzz.seed=2}, as {@code
 * -Dtest.jvm}.
 */
class FuzzIT {
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_000);
  private static final int AT_ONCE = 32;

  /** A request may promise more than it sends. */
  private static final int UNTIL_IT_IS_SAID_TO_BE_ALL_MILLIS = 1_000;

  /** They end the node, as they should, or its membership. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "PUT /v1/agent/leave",
          "GET /v1/agent/join/name",
          "PUT /v1/agent/join/name",
          "GET /v1/agent/force-leave/name",
          "PUT /v1/agent/force-leave/name",
          "DELETE /v1/operator/raft/peer");

  @TempDir static Path data;
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.start(data, 1, Map.of("FLOTILLA_HEAP", "256m"));
    cluster.put(0, "/v1/kv/witness?ns=unharmed", "as it was");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void odd_requests_are_answered_and_harm_nothing() throws Exception {
    List<String> endpoints =
        EveryRequest.ofANode().stream().filter(e -> !LEFT_OUT.contains(e)).toList();
    assertThat(endpoints).hasSizeGreaterThan(80);
    AtomicInteger done = new AtomicInteger();
    inParallel(
        worker -> {
          OddRequests odd = new OddRequests(SEED * AT_ONCE + worker, endpoints);
          for (int i = 0; i < REQUESTS / AT_ONCE; i++) {
            byte[] request = odd.next();
            String head = answerTo(request);
            String shown = new String(request, StandardCharsets.ISO_8859_1) + "\n-> " + head;
            assertThat(head).as(shown).doesNotContain("internal-error", "outcome-unknown");
            assertThat(head.isEmpty() || head.startsWith("HTTP/1.1 ")).as(shown).isTrue();
            if (head.startsWith("HTTP/1.1 200")) {
              done.incrementAndGet();
            }
          }
        });
    assertThat(done.get()).as("requests that did something").isGreaterThan(REQUESTS / 10);
    goesOnAsBefore();
  }

  @Test
  void odd_bytes_on_the_inner_ports_harm_nothing() throws Exception {
    for (int port : List.of(cluster.raftPort(0), cluster.clusterPort(0))) {
      boolean ends = port == cluster.raftPort(0); // Akka waits for the rest of a frame
      inParallel(
          worker -> {
            Random random = new Random(SEED * AT_ONCE + worker);
            for (int i = 0; i < 30; i++) {
              try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(frame(random));
                socket.shutdownOutput();
                socket.setSoTimeout(TestPatience.MILLIS);
                if (ends) {
                  socket.getInputStream().readAllBytes();
                }
              } catch (SocketTimeoutException e) {
                throw e;
              } catch (IOException e) {
                // it closed the connection earlier: just as well
              }
            }
          });
    }
    goesOnAsBefore();
  }

  /**
   * Garbage behind a length that is true, or one that would take all memory; or nothing but that.
   */
  private static byte[] frame(Random random) {
    byte[] garbage = new byte[random.nextInt(3_000)];
    random.nextBytes(garbage);
    int length =
        switch (random.nextInt(4)) {
          case 0 -> Integer.MAX_VALUE;
          case 1 -> -1;
          default -> garbage.length;
        };
    ByteBuffer frame = ByteBuffer.allocate(9 + garbage.length);
    switch (random.nextInt(4)) {
      case 0 -> frame.put("AKKA".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).putInt(length);
      case 1 -> frame.putInt(Integer.reverseBytes(length));
      case 2 -> frame.putInt(length);
      default -> {
        // no length at all
      }
    }
    frame.put(garbage);
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }

  private interface Work {
    void run(int worker) throws Exception;
  }

  private static void inParallel(Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<Void>> all = new ArrayList<>();
      IntStream.range(0, AT_ONCE)
          .forEach(
              worker ->
                  all.add(
                      () -> {
                        work.run(worker);
                        return null;
                      }));
      for (Future<Void> each : threads.invokeAll(all)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** The answer's head; empty if the connection just ends. */
  private static String answerTo(byte[] request) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    try (Socket socket = new Socket("127.0.0.1", cluster.httpPort(0))) {
      socket.getOutputStream().write(request);
      socket.setSoTimeout(UNTIL_IT_IS_SAID_TO_BE_ALL_MILLIS);
      try {
        read(socket.getInputStream(), head);
      } catch (SocketTimeoutException e) {
        socket.shutdownOutput();
        socket.setSoTimeout(TestPatience.MILLIS);
        read(socket.getInputStream(), head);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // it was refused before all of it was sent; what is there counts
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static void read(InputStream in, ByteArrayOutputStream head) throws IOException {
    int next = in.read();
    while (next >= 0) {
      head.write(next);
      if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        return;
      }
      next = in.read();
    }
  }

  private static void goesOnAsBefore() {
    assertThat(cluster.get(0, "/v1/kv/witness?raw&ns=unharmed").body()).isEqualTo("as it was");
    assertThat(cluster.put(0, "/v1/kv/later?ns=unharmed", "1").body()).isEqualTo("true");
    assertThat(cluster.log(0)).doesNotContain("OutOfMemory", "A request failed");
    Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        cluster
                            .get(0, "/metrics")
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("flotilla_budget_used_bytes"))
                            .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                            .sum())
                    .as("bytes that clients occupy")
                    .isLessThan(2 << 20));
  }
}
