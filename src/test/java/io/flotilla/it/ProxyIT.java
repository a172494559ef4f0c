package io.flotilla.it;

import static io.flotilla.it.RealProcess.flotilla;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.FreePorts;
import io.flotilla.it.SteadyLoad.Asked;
import io.flotilla.it.SteadyLoad.Request;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traffic through {@code ./flotilla proxy} while its backends are killed and return. */
class ProxyIT {
  @TempDir static Path data;
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.start(data, 3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** The time of a kill: from just before it until the process was surely gone. */
  private record Death(long from, long to) {
    static Death of(Runnable kill) {
      long from = System.nanoTime();
      kill.run();
      return new Death(from, System.nanoTime());
    }

    /** Returns how many requests failed; each must have been under way at that moment. */
    long explains(List<Asked> all) {
      List<Asked> failed = all.stream().filter(Asked::failed).toList();
      assertThat(failed).as("failed requests").allMatch(a -> a.underWayBetween(from, to));
      return failed.size();
    }
  }

  /** System 001: a load balancer in front of servers that set and get. */
  @Test
  void set_and_get_through_one_port_while_a_node_dies_and_comes_back() throws Exception {
    try (RealProcess proxy = proxy("consul")) {
      int port = port(proxy);
      proxy.await("instances: 3");
      assertThat(SteadyLoad.ask(port, new Request("PUT /v1/kv/colour", "green")).body())
          .isEqualTo("true");
      assertThat(nodesBehind(port)).containsExactlyInAnyOrder("n1", "n2", "n3");
      List<Asked> all;
      Death death;
      try (SteadyLoad load = SteadyLoad.start(40, port, ProxyIT::setOrGet)) {
        TimeUnit.SECONDS.sleep(1);
        death = Death.of(() -> cluster.kill(2));
        proxy.await("- consul at 127.0.0.1:" + cluster.httpPort(2));
        cluster.start(2);
        proxy.await("\\+ consul at 127.0.0.1:" + cluster.httpPort(2), 2);
        TimeUnit.SECONDS.sleep(1);
        all = load.end();
      }
      long failed = death.explains(all);
      say(
          "set and get through one port: %d requests, a node killed, %d failed",
          all.size(), failed);
      assertThat(nodesBehind(port)).containsExactlyInAnyOrder("n1", "n2", "n3");
      assertThat(keys(port))
          .as("what was acknowledged")
          .containsAll(
              all.stream()
                  .filter(a -> !a.failed() && a.line().startsWith("PUT /v1/kv/"))
                  .map(a -> a.line().substring("PUT /v1/kv/".length()))
                  .toList());
      proxy.stop();
    }
  }

  private static Request setOrGet(int i) {
    return i % 2 == 0 ? new Request("PUT /v1/kv/load/" + i, "x") : Request.get("/v1/kv/colour?raw");
  }

  private static Set<String> keys(int port) throws IOException {
    Asked all = SteadyLoad.ask(port, Request.get("/v1/kv/load/?keys"));
    assertThat(all.failure()).isNull();
    Set<String> keys = new HashSet<>();
    new ObjectMapper().readTree(all.body()).forEach(k -> keys.add(k.asText()));
    return keys;
  }

  private static Set<String> nodesBehind(int port) throws IOException {
    Set<String> nodes = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      Asked self = SteadyLoad.ask(port, Request.get("/v1/agent/self"));
      assertThat(self.failure()).isNull();
      nodes.add(new ObjectMapper().readTree(self.body()).at("/Config/NodeName").asText());
    }
    return nodes;
  }

  @Test
  void two_hundred_requests_a_second_over_three_servers_of_which_one_dies_and_comes_back()
      throws Exception {
    List<Integer> ports = FreePorts.next(3);
    List<RealProcess> backends = new ArrayList<>();
    try (RealProcess proxy = proxy("web")) {
      for (int i = 0; i < 3; i++) {
        backends.add(backend(i, ports.get(i)));
      }
      for (int i = 0; i < 3; i++) {
        register(i, ports.get(i));
      }
      int port = port(proxy);
      proxy.await("instances: 3");
      roundRobin(port);

      List<Asked> all;
      Death death;
      long out;
      long back;
      try (SteadyLoad warmUp = SteadyLoad.start(200, port, i -> Request.get("/"))) {
        TimeUnit.SECONDS.sleep(3);
        assertThat(warmUp.end().stream().filter(Asked::failed)).isEmpty();
      }
      try (SteadyLoad load = SteadyLoad.start(200, port, i -> Request.get("/"))) {
        answers(load, 0, "web-0", "web-1", "web-2");
        death = Death.of(() -> backends.get(1).kill());
        proxy.await("- web-1 at");
        out = System.nanoTime();
        answers(load, out, "web-0", "web-2");
        TimeUnit.SECONDS.sleep(1);
        backends.set(1, backend(1, ports.get(1)));
        proxy.await("\\+ web-1 at", 2);
        back = System.nanoTime();
        answers(load, back, "web-1");
        all = load.end();
      }
      long end = System.nanoTime();
      Map<String, Long> before = SteadyLoad.answers(all, 0, death.from());
      Map<String, Long> without = SteadyLoad.answers(all, death.to(), back - SECOND);
      Map<String, Long> after = SteadyLoad.answers(all, back, end);
      say("before %s, without web-1 %s, after its return %s", before, without, after);
      say(
          "%d requests, %d failed; web-1 was out of the table after %d ms",
          all.size(), death.explains(all), TimeUnit.NANOSECONDS.toMillis(out - death.to()));
      assertThat(before).containsOnlyKeys("web-0", "web-1", "web-2");
      assertThat(without).containsKeys("web-0", "web-2");
      assertThat(after.get("web-1")).as("traffic returns").isGreaterThan(50);
    } finally {
      backends.forEach(RealProcess::close);
    }
  }

  /** Waits until each of these has answered more than 50 requests begun from then on. */
  private static void answers(SteadyLoad load, long from, String... names) {
    Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .until(
            () -> {
              Map<String, Long> counts = SteadyLoad.answers(load.soFar(), from, Long.MAX_VALUE);
              return List.of(names).stream().allMatch(n -> counts.getOrDefault(n, 0L) > 50);
            });
  }

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** In turn through the proxy and at each node; exactly so at all nodes together if asked for. */
  private static void roundRobin(int port) throws IOException {
    fair(30, i -> SteadyLoad.ask(port, Request.get("/")).body());
    fair(30, i -> cluster.get(0, "/v1/proxy/web/").body());
    for (int n = 0; n < 3; n++) {
      int node = n;
      Awaitility.await()
          .atMost(RealCluster.PATIENCE)
          .until(() -> IntStream.range(0, 3).mapToObj(i -> pick(node, "")).distinct().count() == 3);
      fair(30, i -> pick(node, ""));
    }
    fair(32, i -> pick(i % 3, "?exact=true"));
  }

  private static String pick(int node, String how) {
    HttpResponse<String> answer = cluster.get(node, "/v1/balance/web" + how);
    try {
      return new ObjectMapper().readTree(answer.body()).path("ID").asText();
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private static void fair(int times, java.util.function.IntFunction<String> ask) {
    Map<String, Long> counts =
        IntStream.range(0, times)
            .mapToObj(ask)
            .collect(Collectors.groupingBy(a -> a, Collectors.counting()));
    assertThat(counts).containsOnlyKeys("web-0", "web-1", "web-2");
    assertThat(counts.values())
        .allMatch(n -> n == times / 3 || n == times / 3 + 1, "one more or less");
  }

  private static RealProcess backend(int i, int port) {
    RealProcess backend =
        RealProcess.java(data, HttpBackend.class, "web-" + i, Integer.toString(port));
    backend.await("serving");
    return backend;
  }

  private static void register(int i, int port) {
    String service =
        """
        {"Name":"web","ID":"web-%d","Address":"127.0.0.1","Port":%d,
         "Check":{"HTTP":"http://127.0.0.1:%d/health","Interval":"1s"}}"""
            .formatted(i, port, port);
    assertThat(cluster.put(i, "/v1/agent/service/register", service).statusCode()).isEqualTo(200);
  }

  private static RealProcess proxy(String service) {
    return flotilla(
        data,
        "proxy",
        "--service=" + service,
        "--listen=127.0.0.1:0",
        "--http-addr=" + cluster.addresses());
  }

  private static int port(RealProcess proxy) {
    return Integer.parseInt(proxy.await("listening on 127.0.0.1:(\\d+) ").group(1));
  }

  private static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }
}
