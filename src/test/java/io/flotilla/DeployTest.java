package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules and dashboard name series that there are; RegistryIT asks real nodes for those. */
class DeployTest {
  @TempDir private Path directory;

  /** Prometheus makes it itself. */
  private static final String UP = "up";

  private static Set<String> documented() throws IOException {
    Set<String> names =
        Series.names(Series.documented(Files.readString(Path.of("docs/operating/metrics.md"))));
    names.add(UP);
    return names;
  }

  @Test
  void an_expression_tells_its_series() {
    assertThat(
            Series.in(
                "max without (instance) (a_b) - on () group_right () rate(c_total{x=\"d\"}[$__i])"
                    + " > 14 * 1e3 and up{job=\"e\"} == 0 or time() unless node:f"))
        .containsExactly("a_b", "c_total", "node:f", "up");
  }

  @Test
  void every_series_of_the_alerts_is_documented() throws IOException {
    String alerts = Files.readString(Path.of("deploy/alerts.yml"));
    Set<String> named = new TreeSet<>();
    Pattern.compile("expr: (.*)")
        .matcher(alerts)
        .results()
        .forEach(expression -> named.addAll(Series.in(expression.group(1))));
    assertThat(named).hasSizeGreaterThan(10);
    Pattern.compile("\\bflotilla_\\w+") // in the descriptions
        .matcher(alerts)
        .results()
        .forEach(found -> named.add(found.group()));
    assertThat(documented()).containsAll(named);
  }

  @Test
  void every_series_of_the_dashboard_is_documented() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(Path.of("deploy/grafana.json").toFile());
    Set<String> named = new TreeSet<>();
    dashboard.findValuesAsText("expr").forEach(e -> named.addAll(Series.in(e)));
    assertThat(named).hasSizeGreaterThan(20);
    Pattern.compile("label_values\\(([^{,]+)")
        .matcher(dashboard.toString())
        .results()
        .forEach(variable -> named.add(variable.group(1)));
    assertThat(documented()).containsAll(named);
  }

  @Test
  void prometheus_takes_the_alerts() throws Exception {
    assumeRuns("promtool", "--version");
    accepts("promtool", "check", "rules", "deploy/alerts.yml");
  }

  @Test
  void the_manifests_fit_the_schema_of_Kubernetes() throws Exception {
    assumeRuns("/usr/bin/python3", "-c", "import kubernetes, yaml");
    String[] check = {"/usr/bin/python3", "deploy/check-kubernetes.py"};
    accepts(check);
    String manifests = Files.readString(Path.of("deploy/kubernetes.yml"));
    Path wrong = directory.resolve("wrong.yml");
    for (String[] mistake :
        List.of(
            new String[] {"clusterIP", "clusterIp"}, new String[] {"replicas: 3", "replicas: 4"})) {
      Files.writeString(wrong, manifests.replace(mistake[0], mistake[1]));
      Ended found = ended(check[0], check[1], wrong.toString());
      assertThat(found.code()).as(found.output()).isEqualTo(1);
    }
  }

  private record Ended(int code, String output) {}

  private static Ended ended(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    return new Ended(process.waitFor(), output);
  }

  private static void accepts(String... command) throws Exception {
    Ended check = ended(command);
    assertThat(check.code()).as(check.output()).isZero();
  }

  private static void assumeRuns(String... command) {
    boolean runs;
    try {
      runs = ended(command).code() == 0;
    } catch (Exception e) {
      runs = false;
    }
    Assumptions.assumeTrue(runs, () -> String.join(" ", command) + " doesn't run here");
  }
}
