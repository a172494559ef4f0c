package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster with little memory is filled until it refuses writes: no node dies of it, and each
 * restarts with all its data.
 */
class QuotaIT {
  private static final int TXN = 64;
  private static final int WRITERS = 4;

  @TempDir Path data;

  @Test
  void a_full_cluster_goes_on_with_what_does_not_grow_and_survives_the_death_of_all_nodes() {
    try (RealCluster cluster = RealCluster.start(data, 3, Map.of("FLOTILLA_HEAP", "192m"))) {
      String session = create(cluster);
      fill(cluster);
      everybodySoundsTheAlarm(cluster);
      whatDoesNotGrowGoesOn(cluster, session);

      int owner = cluster.ownerOf("default");
      cluster.kill(owner);
      readable(cluster, (owner + 1) % 3);
      cluster.start(owner);
      cluster.awaitReady();
      for (int n = 0; n < 3; n++) {
        cluster.kill(n);
      }
      cluster.startAll();
      cluster.awaitReady();
      for (int n = 0; n < 3; n++) {
        readable(cluster, n);
      }
      thereIsRoomAgainOnceEnoughIsDeleted(cluster);
    }
  }

  private static String create(RealCluster cluster) {
    String body = cluster.put(0, "/v1/session/create", "{\"TTL\":\"1h\"}").body();
    return body.substring(body.indexOf(':') + 2, body.lastIndexOf('"'));
  }

  /** By transactions, until each writer is refused. */
  private static void fill(RealCluster cluster) {
    AtomicInteger next = new AtomicInteger();
    IntStream.range(0, WRITERS)
        .parallel()
        .forEach(
            writer -> {
              HttpResponse<String> response;
              do {
                String body = transaction(next.getAndIncrement());
                response = cluster.put(writer % 3, "/v1/txn", body);
              } while (response.statusCode() == 200 || response.statusCode() == 500);
              assertThat(response.headers().firstValue("X-Flotilla-Error"))
                  .contains("quota-exceeded");
              assertThat(response.statusCode()).isEqualTo(507);
            });
    assertThat(next.get() * TXN).as("keys, roughly").isGreaterThan(30_000);
  }

  private static String transaction(int number) {
    byte[] value = new byte[200];
    new Random(number).nextBytes(value);
    String text = Base64.getEncoder().encodeToString(value);
    return IntStream.range(0, TXN)
        .mapToObj(
            i ->
                "{\"KV\":{\"Verb\":\"set\",\"Key\":\"fill/%07d\",\"Value\":\"%s\"}}"
                    .formatted(number * TXN + i, text))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private void everybodySoundsTheAlarm(RealCluster cluster) {
    for (int n = 0; n < 3; n++) {
      int node = n;
      Awaitility.await()
          .atMost(RealCluster.PATIENCE)
          .until(() -> cluster.get(node, "/metrics").body().contains("flotilla_store_alarm 1.0"));
      assertThat(cluster.get(node, "/v1/cluster").body()).contains("\"Alarm\":true");
    }
    try (RealProcess cli =
        RealProcess.flotilla(data, "cluster", "--http-addr=" + cluster.addresses())) {
      assertThat(cli.exitCode()).isZero();
      assertThat(cli.output()).containsPattern("store .* MiB of .*ALARM");
    }
  }

  private static void whatDoesNotGrowGoesOn(RealCluster cluster, String session) {
    answers(507, () -> cluster.put(0, "/v1/kv/one-more", "x"));
    answers(507, () -> cluster.put(1, "/v1/kv/a?ns=another", "x"));
    answers(404, () -> cluster.get(1, "/v1/kv/a?ns=another"));
    answers(200, () -> cluster.put(2, "/v1/kv/fill/0000003", "shorter"));
    answers(200, () -> cluster.delete(0, "/v1/kv/fill/0000000"));
    answers(200, () -> cluster.put(1, "/v1/session/renew/" + session, ""));
    answers(200, () -> cluster.put(2, "/v1/session/destroy/" + session, ""));
  }

  /** On a busy machine, perhaps not at the first attempt. */
  private static void answers(int status, Supplier<HttpResponse<String>> request) {
    Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> request.get().statusCode(), answer -> answer != 500);
    assertThat(request.get().statusCode()).isEqualTo(status);
  }

  private static void readable(RealCluster cluster, int node) {
    Awaitility.await("what was stored is read")
        .atMost(RealCluster.PATIENCE)
        .ignoreException(IllegalStateException.class)
        .untilAsserted(
            () ->
                assertThat(cluster.get(node, "/v1/kv/fill/0000003?raw").body())
                    .as(() -> "n" + (node + 1) + ": " + cluster.log(node))
                    .isEqualTo("shorter"));
    assertThat(cluster.get(node, "/v1/kv/fill/0000000").statusCode()).isEqualTo(404);
    assertThat(cluster.get(node, "/v1/kv/fill/0020000").statusCode()).isEqualTo(200);
  }

  private static void thereIsRoomAgainOnceEnoughIsDeleted(RealCluster cluster) {
    answers(200, () -> cluster.delete(0, "/v1/kv/fill/00?recurse"));
    for (int n = 0; n < 3; n++) {
      int node = n;
      Awaitility.await("there is room again")
          .atMost(RealCluster.PATIENCE)
          .ignoreExceptions()
          .until(() -> cluster.put(node, "/v1/kv/again-" + node, "x").body().equals("true"));
    }
    cluster.awaitInSync();
    for (int n = 0; n < 3; n++) {
      assertThat(cluster.get(n, "/v1/kv/again-2?raw").body()).isEqualTo("x");
      assertThat(cluster.get(n, "/metrics").body()).contains("flotilla_store_alarm 0.0");
    }
  }
}
