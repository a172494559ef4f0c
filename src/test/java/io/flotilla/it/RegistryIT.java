package io.flotilla.it;

import static io.flotilla.it.RealProcess.flotilla;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.FreePorts;
import io.flotilla.Series;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry on three nodes, each of which is killed in turn. */
class RegistryIT {
  @TempDir static Path data;
  private static final List<Integer> DNS = FreePorts.next(3);
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster =
        RealCluster.begin(
                data, 3, Map.of(), node -> Map.of("FLOTILLA_DNS_PORT", "" + DNS.get(node)))
            .formed();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** Every node runs, is passing, and follows the coordinator. */
  @BeforeEach
  void all_are_there() {
    for (int n = 0; n < 3; n++) {
      if (!cluster.isAlive(n)) {
        cluster.start(n);
      }
    }
    cluster.awaitReady();
    soon(() -> passing(0, "consul").size() == 3);
    soon(() -> json(cluster.get(0, "/v1/coordinator")).path("Followers").asInt() == 3);
  }

  // ---- the registration

  @Test
  void a_registration_outlives_the_node_that_took_it_and_is_renewed_through_the_others()
      throws Exception {
    register(0, "{'Name':'a','Port':1,'Check':{'TTL':'10s','Status':'passing'}}");
    cluster.kill(0);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(12);
    while (System.nanoTime() < end) {
      done(cluster.put(1, "/v1/agent/check/pass/service:a", ""));
      JsonNode found = passing(2, "a");
      assertThat(found).as("found and passing").hasSize(1);
      Thread.sleep(500);
    }
    soon(() -> passing(1, "a").path(0).path("Node").path("Node").asText().equals("n2"));
    soon(() -> passing(1, "a").isEmpty());
    assertThat(statusOf("a")).as("once it is not renewed").isEqualTo("critical");
    assertThat(json(cluster.get(2, "/v1/catalog/services")).has("a")).isTrue();
  }

  private static String statusOf(String service) {
    JsonNode checks = json(cluster.get(1, "/v1/health/checks/" + service));
    return checks.path(0).path("Status").asText();
  }

  @Test
  void a_watcher_of_one_service_is_not_woken_by_another() throws Exception {
    register(0, "{'Name':'watched'}");
    long index = index(cluster.get(1, "/v1/health/service/watched"));
    CompletableFuture<HttpResponse<String>> watch =
        CompletableFuture.supplyAsync(
            () -> cluster.get(1, "/v1/health/service/watched?wait=2m&index=" + index));
    for (int n = 0; n < 3; n++) {
      register(n, "{'Name':'other','ID':'other-" + n + "'}");
    }
    Thread.sleep(1_500);
    assertThat(watch).isNotDone();
    register(0, "{'Name':'watched','Port':2}");
    HttpResponse<String> woken = watch.get(120, TimeUnit.SECONDS);
    assertThat(index(woken)).isGreaterThan(index);
    assertThat(json(woken).path(0).path("Service").path("Port").asInt()).isEqualTo(2);
  }

  // ---- publisher and subscriber

  @Test
  void a_subscriber_loses_no_line_when_the_node_is_killed_that_it_looked_its_publisher_up_at() {
    String addresses = cluster.addresses();
    try (RealProcess first =
            flotilla(data, "publish", "TIME", "--listen=127.0.0.1:0", "--http-addr=" + addresses);
        RealProcess subscriber = flotilla(data, "subscribe", "TIME", "--http-addr=" + addresses)) {
      int asked = Integer.parseInt(subscriber.await("Flotilla server \\S+:(\\d+)").group(1));
      subscriber.await(LINE, 2);
      cluster.kill(nodeAt(asked));
      String other = cluster.addresses().replaceFirst("127.0.0.1:" + asked + ",?", "");
      try (RealProcess second =
          flotilla(data, "publish", "TIME", "--listen=127.0.0.1:0", "--http-addr=" + other)) {
        String address = second.await("Publishing .* on http://(\\S+)/").group(1);
        soon(() -> passing(2, "TIME").size() == 2);
        RealProcess lookup =
            flotilla(data, "service", "lookup", "TIME", "--http-addr=" + addresses);
        assertThat(lookup.exitCode()).as(lookup.output()).isZero();
        assertThat(lookup.output()).contains(address);

        subscriber.await(LINE, 4); // some of them since the node was killed
        List<String> published = lines(first);
        List<String> received = lines(subscriber);
        assertThat(received)
            .as("every line since it connected")
            .containsAll(
                published.subList(published.indexOf(received.get(0)), published.size() - 1))
            .doesNotHaveDuplicates();

        first.kill();
        subscriber.await("Continuing with " + address);
        int now = lines(subscriber).size();
        subscriber.await(LINE, now + 2);
      }
    }
  }

  private static final String LINE = "(?m)^TIME \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$";

  private static List<String> lines(RealProcess process) {
    return process.lines().stream().filter(l -> l.matches(LINE)).toList();
  }

  private static int nodeAt(int port) {
    return IntStream.range(0, 3).filter(n -> cluster.httpPort(n) == port).findFirst().orElseThrow();
  }

  // ---- the coordinator

  @Test
  void lookups_and_balancing_go_on_while_the_coordinator_moves() throws Exception {
    register(0, "{'Name':'steady','ID':'steady-1','Port':1}");
    register(1, "{'Name':'steady','ID':'steady-2','Port':2}");
    for (int n = 0; n < 3; n++) {
      int node = n;
      soon(() -> cluster.get(node, "/v1/balance/steady").statusCode() == 200);
    }
    JsonNode before = json(cluster.get(0, "/v1/coordinator"));
    int home = before.path("Node").asText().charAt(1) - '1';
    int witness = (home + 1) % 3;
    List<String> paths = List.of("/v1/health/service/steady?passing", "/v1/balance/steady");
    try (SteadyLoad load =
        SteadyLoad.start(
            20,
            cluster.httpPort(witness),
            i -> SteadyLoad.Request.get(paths.get(i % paths.size())))) {
      cluster.kill(home);
      soon(
          () -> {
            JsonNode after = json(cluster.get(witness, "/v1/coordinator"));
            return Instant.parse(after.path("Since").asText("1970-01-01T00:00:00Z"))
                    .isAfter(Instant.parse(before.path("Since").asText()))
                && after.path("Table").path("Term").asInt()
                    > before.path("Table").path("Term").asInt();
          });
      soon(() -> load.soFar().size() > 20);
      List<SteadyLoad.Asked> all = load.end();
      say(
          "while the coordinator moved: %d lookups and picks, slowest %d ms",
          all.size(), slowest(all));
      assertThat(all).hasSizeGreaterThan(20);
      assertThat(all.stream().filter(SteadyLoad.Asked::failed)).isEmpty();
    }
  }

  /** By the JDK's own resolver. */
  @Test
  void dns_goes_on_while_the_coordinator_moves() throws Exception {
    register(0, "{'Name':'named','ID':'named-1','Address':'10.0.0.1','Port':1,'Tags':['a']}");
    register(1, "{'Name':'named','ID':'named-2','Port':2}");
    for (int n = 0; n < 3; n++) {
      int node = n;
      soon(() -> dns(node, "named.service.consul", "A").size() == 2);
      soon(() -> dns(node, "n3.node.consul", "A").equals(List.of("127.0.0.1")));
    }
    JsonNode before = json(cluster.get(0, "/v1/coordinator"));
    int home = before.path("Node").asText().charAt(1) - '1';
    int witness = (home + 1) % 3;
    cluster.kill(home);
    int asked = 0;
    while (asked < 50
        || json(cluster.get(witness, "/v1/coordinator")).path("Table").path("Term").asInt()
            <= before.path("Table").path("Term").asInt()) {
      assertThat(dns(witness, "named.service.consul", "A"))
          .containsExactlyInAnyOrder("10.0.0.1", "127.0.0.1");
      assertThat(dns(witness, "_named._a.service.consul", "SRV"))
          .containsExactly("1 1 1 0a000001.addr.dc1.consul.");
      assertThat(dns(witness, "n" + (home + 1) + ".node.consul", "A")).hasSize(1);
      asked++;
    }
    say("while the coordinator moved: %d times three questions by DNS", asked);
    done(cluster.put(witness, "/v1/agent/service/deregister/named-1", ""));
    soon(() -> dns(witness, "named.service.consul", "A").equals(List.of("127.0.0.1")));
  }

  private static List<String> dns(int node, String name, String type) throws NamingException {
    Hashtable<String, String> settings = new Hashtable<>();
    settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    settings.put(Context.PROVIDER_URL, "dns://127.0.0.1:" + DNS.get(node));
    settings.put("com.sun.jndi.dns.timeout.initial", "10000"); // however busy the machine
    InitialDirContext resolver = new InitialDirContext(settings);
    try {
      List<String> values = new ArrayList<>();
      Attribute found = resolver.getAttributes(name, new String[] {type}).get(type);
      for (int i = 0; found != null && i < found.size(); i++) {
        values.add(found.get(i).toString());
      }
      return values;
    } finally {
      resolver.close();
    }
  }

  private static long slowest(List<SteadyLoad.Asked> all) {
    return all.stream()
        .mapToLong(a -> TimeUnit.NANOSECONDS.toMillis(a.ended() - a.begun()))
        .max()
        .orElse(0);
  }

  // ---- seen from outside

  @Test
  void the_documented_series_are_those_that_a_node_offers() throws Exception {
    String page = Files.readString(Path.of("docs/operating/metrics.md"));
    Map<String, Series> every =
        Series.documented(page.substring(0, page.indexOf("## Series that not every node has")));
    Map<String, Series> all = Series.documented(page);
    assertThat(cluster.get(0, "/v1/proxy/never/x").statusCode()).isEqualTo(404);
    soon(() -> dns(0, "n1.node.consul", "A").size() == 1);
    Map<String, Series> offered = Series.offered(cluster.get(0, "/metrics").body());
    assertThat(all).containsAllEntriesOf(offered);
    assertThat(offered).containsAllEntriesOf(every);
    assertThat(offered).containsKey("flotilla_dns_queries_seconds");
  }

  // ---- services that never answer

  @Test
  void a_check_that_is_never_answered_is_critical_and_a_proxy_of_nobody_says_so() throws Exception {
    try (java.net.ServerSocket deaf = new java.net.ServerSocket(0)) {
      register(
          0,
          "{'Name':'deaf','Port':%1$d,'Check':{'HTTP':'http://127.0.0.1:%1$d/','Interval':'500ms','Timeout':'300ms','Status':'passing'}}"
              .formatted(deaf.getLocalPort()));
      soon(() -> statusOf("deaf").equals("critical"));
      JsonNode check = json(cluster.get(2, "/v1/health/checks/deaf")).path(0);
      assertThat(check.path("Output").asText()).contains("timed out");
      soon(() -> cluster.get(1, "/v1/balance/deaf").statusCode() == 503);
    }
    assertError(cluster.get(1, "/v1/proxy/deaf/x"), 503, "no-instance");
    assertError(cluster.get(1, "/v1/balance/deaf?exact=true"), 503, "no-instance");
    assertError(cluster.get(1, "/v1/proxy/never/x"), 404, "unknown-service");
    done(cluster.put(1, "/v1/agent/service/deregister/deaf", ""));
  }

  private static void assertError(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("X-Flotilla-Error")).contains(code);
    assertThat(json(answer).path("error").path("message").asText()).isNotBlank();
  }

  // ---- asking

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void soon(Condition condition) {
    Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(condition::holds);
  }

  private static JsonNode passing(int node, String service) {
    return json(done(cluster.get(node, "/v1/health/service/" + service + "?passing")));
  }

  private static void register(int node, String service) {
    done(cluster.put(node, "/v1/agent/service/register", service.replace('\'', '"')));
  }

  private static HttpResponse<String> done(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return new ObjectMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private static long index(HttpResponse<String> answer) {
    return answer.headers().firstValueAsLong("X-Consul-Index").orElseThrow();
  }

  private static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }
}
