package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.FreePorts;
import io.flotilla.tls.TestCa;
import io.flotilla.tls.TlsFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that prove who they are, as processes. */
class TlsIT {
  @TempDir Path directory;
  private TestCa ca;

  @BeforeEach
  void makeCa() {
    ca = new TestCa(directory.resolve("ca"));
  }

  private static Map<String, String> environment(TlsFiles files) {
    Map<String, String> environment = new HashMap<>();
    environment.put("FLOTILLA_TLS_CA_FILE", files.ca().toString());
    environment.put("FLOTILLA_TLS_CERT_FILE", files.certificate().toString());
    environment.put("FLOTILLA_TLS_KEY_FILE", files.key().toString());
    return environment;
  }

  /** Between the nodes; the tests ask in plain HTTP. */
  private RealCluster secure(int size) {
    RealCluster cluster =
        RealCluster.begin(
            directory.resolve("data"),
            size,
            Map.of("FLOTILLA_TLS_HTTP", "false"),
            node -> environment(ca.issue("n" + (node + 1))));
    try {
      cluster.awaitReady();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private static void awaitLog(RealCluster cluster, int node, String text) {
    awaitLogOfAny(cluster, List.of(node), text);
  }

  private static void awaitLogOfAny(RealCluster cluster, List<Integer> nodes, String text) {
    Awaitility.await("one of " + nodes.stream().map(cluster::name).toList() + " says: " + text)
        .atMost(RealCluster.PATIENCE)
        .until(() -> nodes.stream().anyMatch(node -> cluster.log(node).contains(text)));
  }

  @Test
  void certificatesAreRenewedUnderLoadAndAKilledNodeComesBack() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    try (RealCluster cluster = secure(3)) {
      Thread load =
          new Thread(
              () -> {
                while (!over.get()) {
                  int status = cluster.put(0, "/v1/kv/k" + written.get() % 100, "v").statusCode();
                  (status == 200 ? written : failed).incrementAndGet();
                }
              });
      load.start();
      for (int node = 0; node < 3; node++) {
        ca.issue(cluster.name(node));
      }
      for (int node = 0; node < 3; node++) {
        awaitLog(cluster, node, "TLS has a new certificate");
      }
      cluster.kill(2);
      cluster.start(2);
      cluster.awaitReady(2);
      cluster.awaitInSync();
      over.set(true);
      load.join(TimeUnit.MINUTES.toMillis(3));
      assertThat(failed.get()).as("writes that failed").isZero();
      assertThat(written.get()).isPositive();
    }
  }

  @Test
  void withoutTlsOrWithAnotherCaANodeIsLeftOut() throws Exception {
    try (RealCluster cluster = secure(3)) {
      cluster.kill(2);
      cluster.isToldFromNowOn(2, Map.of());
      cluster.start(2);
      awaitLog(cluster, 0, "it doesn't speak TLS, as all members do here");
      assertThat(cluster.get(2, "/ready").statusCode()).isEqualTo(503);
      cluster.kill(2);

      TestCa stranger = new TestCa(directory.resolve("other"));
      cluster.isToldFromNowOn(2, environment(stranger.issue("n3")));
      cluster.start(2);
      awaitLog(cluster, 2, "signed by none of the CAs in this node's flotilla.tls.ca-file");
      // The stranger shows its own certificate only to who calls it: to the leader.
      awaitLogOfAny(
          cluster, List.of(0, 1), "signed by none of the CAs in this node's flotilla.tls.ca-file");
      assertThat(cluster.get(2, "/ready").statusCode()).isEqualTo(503);
      assertThat(cluster.put(0, "/v1/kv/a", "1").statusCode()).isEqualTo(200);
      cluster.kill(2);

      cluster.isToldFromNowOn(2, environment(ca.files("n3")));
      cluster.start(2);
      cluster.awaitReady(2);
      cluster.awaitInSync();
    }
  }

  @Test
  void aNodeWithoutTlsDoesNotLetInOneThatHasIt() throws Exception {
    try (RealCluster cluster = RealCluster.start(directory.resolve("data"), 3)) {
      cluster.kill(2);
      Map<String, String> environment = environment(ca.issue("n3"));
      environment.put("FLOTILLA_TLS_HTTP", "false");
      cluster.isToldFromNowOn(2, environment);
      cluster.start(2);
      awaitLog(cluster, 2, "it doesn't speak TLS, as all members do here");
      assertThat(cluster.get(2, "/ready").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void whatIsOpenToTheNetworkHasToBeSaid() throws Exception {
    String refused = node("--host=0.0.0.0");
    assertThat(refused)
        .contains("0.0.0.0 can be reached from other machines, and without TLS")
        .contains("FLOTILLA_INSECURE=yes");
    TlsFiles other = ca.issue("n3");
    assertThat(node(environment(other), "--id=n2")).contains("is the certificate of n3, not of");
    Map<String, String> half = environment(other);
    half.remove("FLOTILLA_TLS_KEY_FILE");
    assertThat(node(half, "--id=n3")).contains("give all three of ca-file, cert-file and key-file");
  }

  private String node(String... arguments) throws Exception {
    return node(Map.of(), arguments);
  }

  /** Runs a node that refuses to start, and returns what it says. */
  private String node(Map<String, String> environment, String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of("flotilla").toAbsolutePath().toString(),
                "node",
                "--data=" + directory.resolve("none"))
            .redirectErrorStream(true);
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(environment);
    List<Integer> ports = FreePorts.next(3);
    builder.environment().put("FLOTILLA_HTTP_PORT", ports.get(0).toString());
    builder.environment().put("FLOTILLA_CLUSTER_PORT", ports.get(1).toString());
    builder.environment().put("FLOTILLA_RAFT_PORT", ports.get(2).toString());
    return output(builder, 2);
  }

  private static String output(ProcessBuilder builder, int code)
      throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(code);
    return said;
  }

  @Test
  void clientsSpeakHttps() throws Exception {
    TlsFiles files = ca.issue("n1");
    try (RealCluster cluster =
        RealCluster.begin(directory.resolve("data"), 1, Map.of(), node -> environment(files))) {
      awaitLog(cluster, 0, "n1 serves https://");
      String url = "https://" + cluster.address(0) + "/v1/kv/colour";
      assertThat(curl(0, "--cacert", files.ca().toString(), "-X", "PUT", "-d", "green", url))
          .isEqualTo("true");
      assertThat(curl(0, "--cacert", files.ca().toString(), url + "?raw")).isEqualTo("green");
      curl(60, url);
      assertThat(curl(0, url.replace("https", "http")))
          .contains("Client sent an HTTP request to an HTTPS server.");
      assertThat(flotilla(cluster, Map.of("CONSUL_CACERT", files.ca().toString()), 0))
          .endsWith("green\n");
      assertThat(flotilla(cluster, Map.of("CONSUL_HTTP_SSL", "true"), 1))
          .contains("unable to find valid certification path");
      assertThat(
              flotilla(
                  cluster, Map.of("CONSUL_HTTP_SSL", "true", "CONSUL_HTTP_SSL_VERIFY", "false"), 0))
          .endsWith("green\n");
      String script =
          "import ssl, urllib.request; print(urllib.request.urlopen('%s?raw', context="
              + "ssl.create_default_context(cafile='%s')).read().decode())";
      assertThat(
              output(
                  new ProcessBuilder("python3", "-c", script.formatted(url, files.ca().toString())),
                  0))
          .isEqualTo("green\n");
      assertThat(curl(0, "--cacert", files.ca().toString(), url.replace("v1/kv/colour", "metrics")))
          .contains("flotilla_tls_certificate_expiry_seconds");
      assertThat(Files.readString(cluster.logOf(0))).doesNotContain("could not be served");
      clientsShowACertificateWhereTheyHaveTo(cluster, files);
    }
  }

  /** Any node's will do, and any other that the CA has signed. */
  private void clientsShowACertificateWhereTheyHaveTo(RealCluster cluster, TlsFiles files)
      throws Exception {
    cluster.kill(0);
    Map<String, String> strict = environment(files);
    strict.put("FLOTILLA_TLS_VERIFY_INCOMING", "true");
    cluster.isToldFromNowOn(0, strict);
    cluster.start(0);
    String url = "https://" + cluster.address(0) + "/v1/kv/colour?raw";
    String ca = files.ca().toString();
    String own = files.certificate().toString();
    String key = files.key().toString();
    Map<String, String> environment = new HashMap<>(Map.of("CONSUL_CACERT", ca));
    assertThat(
            curl(
                0,
                "--retry",
                "60",
                "--retry-delay",
                "1",
                "--retry-all-errors",
                "--cacert",
                ca,
                "--cert",
                own,
                "--key",
                key,
                url))
        .isEqualTo("green");
    curl(56, "--cacert", ca, url);
    assertThat(flotilla(cluster, environment, 1)).contains("certificate");
    environment.put("CONSUL_CLIENT_CERT", own);
    assertThat(flotilla(cluster, environment, 1)).contains("--client-key");
    environment.put("CONSUL_CLIENT_KEY", key);
    assertThat(flotilla(cluster, environment, 0)).endsWith("green\n");
  }

  private static String curl(int code, String... arguments) throws Exception {
    ProcessBuilder curl = new ProcessBuilder("curl", "-s", "--max-time", "60");
    curl.command().addAll(List.of(arguments));
    return output(curl, code);
  }

  /** Its answer is the last line: on a busy machine it says before that it still tries. */
  private static String flotilla(RealCluster cluster, Map<String, String> environment, int code)
      throws Exception {
    ProcessBuilder get =
        new ProcessBuilder(
            Path.of("flotilla").toAbsolutePath().toString(),
            "kv",
            "get",
            "colour",
            "--http-addr=" + cluster.address(0));
    get.environment().putAll(environment);
    return output(get, code);
  }
}
