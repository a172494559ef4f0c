package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

class CommandLineTest {
  private static CommandLine agent() {
    return new CommandLine(new AgentCommand()).setPosixClusteredShortOptionsAllowed(false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-dev -bind=127.0.0.1 -config-dir=/tmp/x",
        "-dev -bind 127.0.0.1 -config-dir /tmp/x -server -bootstrap",
        "-server=true -bootstrap-expect=1 -data-dir /tmp/x -node n -datacenter dc2 -pid-file /tmp/p",
        "--dev --client=0.0.0.0 --log-level=warn --http-port=1 -ui -enable-script-checks",
        "-config-file a.json -config-file=b.json -retry-join=1.2.3.4 -advertise=127.0.0.1",
      })
  void consuls_agent_flags_are_understood(String line) {
    assertThat(agent().parseArgs(line.split(" ")).errors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-dev -encrypt=c2VjcmV0", "-dev -allow-write-http-from=127.0.0.1/32"})
  void a_flag_that_protects_and_can_not_be_honoured_ends_the_agent(String line) {
    AgentCommand agent = new AgentCommand();
    new CommandLine(agent).parseArgs(line.split(" "));
    assertThatThrownBy(agent::call).hasMessageContaining("doesn't start with them");
  }

  @Test
  void an_unknown_agent_flag_is_wrong_usage() {
    assertThatThrownBy(() -> agent().parseArgs("-no-such-flag"))
        .hasMessageContaining("-no-such-flag");
  }

  @Test
  void times_are_read_with_and_without_a_unit() {
    Times times = new Times();
    assertThat(times.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(times.convert("10s")).isEqualTo(Duration.ofSeconds(10));
    assertThat(times.convert("7")).isEqualTo(Duration.ofSeconds(7));
    assertThat(times.convert("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThatThrownBy(() -> times.convert("soon")).isInstanceOf(TypeConversionException.class);
  }

  @Test
  void an_option_goes_over_the_own_variable_and_that_over_consuls() {
    Map<String, String> both = Map.of("OWN", "own", "CONSUL", "consul");
    assertThat(ClientOptions.firstOf("option", both, "OWN", "CONSUL", "d")).isEqualTo("option");
    assertThat(ClientOptions.firstOf(null, both, "OWN", "CONSUL", "d")).isEqualTo("own");
    assertThat(ClientOptions.firstOf(null, Map.of("CONSUL", "c"), "OWN", "CONSUL", "d"))
        .isEqualTo("c");
    assertThat(ClientOptions.firstOf(null, Map.of("OWN", " "), "OWN", "CONSUL", "d"))
        .isEqualTo("d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http.port", "cluster.port", "journal.port", "dns.port"})
  void a_port_that_is_none_is_a_wrong_setting(String wrong) {
    List<Integer> free = FreePorts.next(4);
    Map<String, Object> settings =
        new HashMap<>(
            Map.of(
                "flotilla.http.port", free.get(0),
                "flotilla.cluster.port", free.get(1),
                "flotilla.journal.port", free.get(2),
                "flotilla.dns.port", free.get(3)));
    settings.put("flotilla." + wrong, 70_000);
    assertThat(Foreground.run(settings)).isEqualTo(2);
  }

  @Test
  void the_nodes_options_are_those_of_the_argument_file() throws Exception {
    List<String> options = Jvm.nodeOptions();
    assertThat(options).contains("-XX:+UseSerialGC").noneMatch(o -> o.startsWith("#"));
    // The launcher and the image hand the file itself to java.
    String file = Files.readString(Path.of("src/main/resources/jvm/node.options"));
    assertThat(file).contains(options);
    assertThat(Files.readString(Path.of("flotilla"))).contains("jvm/node.options");
    assertThat(Files.readString(Path.of("docker/Dockerfile"))).contains("jvm/node.options");
  }

  @Test
  void a_node_is_started_with_the_same_seeds_as_its_peers() {
    List<NodeSpec> nodes = NodeSpec.series(2, 8500, 8300, 8400, 8600, Path.of("d"));
    assertThat(nodes.get(1).arguments(nodes))
        .containsExactly(
            "node",
            "--id=n2",
            "--data=d/n2",
            "--host=127.0.0.1",
            "--http=127.0.0.1:8501",
            "--cluster-port=8301",
            "--raft-port=8401",
            "--dns=127.0.0.1:8601",
            "--seeds=n1@127.0.0.1:8300:8400,n2@127.0.0.1:8301:8401");
  }

  @Test
  void a_further_node_of_a_series_joins_all_there_are() {
    List<NodeSpec> nodes = NodeSpec.series(2, 8500, 8300, 8400, 8600, Path.of("d"));
    assertThat(nodes.get(1).sibling(4).joining(nodes))
        .containsExactly(
            "node",
            "--id=n4",
            "--data=d/n4",
            "--host=127.0.0.1",
            "--http=127.0.0.1:8503",
            "--cluster-port=8303",
            "--raft-port=8403",
            "--dns=127.0.0.1:8603",
            "--join=127.0.0.1:8300",
            "--join=127.0.0.1:8301");
  }
}
