package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsulConfigTest {
  @TempDir private Path dir;

  private Path write(String name, String json) throws IOException {
    return Files.writeString(dir.resolve(name), json);
  }

  @Test
  void ports_are_read_from_a_directory_of_files() throws IOException {
    write("config.json", "{\"ports\":{\"http\":1234,\"server\":1235,\"dns\":-1},\"x\":true}");
    write("readme.txt", "not json");
    ConsulConfig config = ConsulConfig.read(List.of(), List.of(dir));
    assertThat(config.port(null, "http", 8500)).isEqualTo(1234);
    assertThat(config.port(null, "server", 8300)).isEqualTo(1235);
    assertThat(config.port(null, "serf_lan", 8301)).isEqualTo(8301);
  }

  @Test
  void a_later_file_goes_over_an_earlier_one_and_a_flag_over_both() throws IOException {
    Path first = write("a.json", "{\"node_name\":\"one\",\"client_addr\":\"127.0.0.1 ::1\"}");
    Path second = write("b.json", "{\"node_name\":\"two\", // a comment\n\"log_level\":\"err\",}");
    ConsulConfig config = ConsulConfig.read(List.of(first, second), List.of());
    assertThat(config.or(null, "node_name", "x")).isEqualTo("two");
    assertThat(config.or("three", "node_name", "x")).isEqualTo("three");
    assertThat(config.or(null, "datacenter", "dc1")).isEqualTo("dc1");
    assertThat(ConsulConfig.listen(config.httpAddress(null))).isEqualTo("127.0.0.1");
    assertThat(ConsulConfig.logLevel(config.or(null, "log_level", null))).isEqualTo("ERROR");
  }

  private Map<String, Object> acl(String json) throws IOException {
    return ConsulConfig.read(List.of(write("acl.json", json)), List.of()).acl();
  }

  @Test
  void tokens_and_policies_are_switched_on_as_in_any_version_of_consul() throws IOException {
    assertThat(acl("{\"acl\":{\"tokens\":{\"master\":\"m\"}}}")).isEmpty();
    Map<String, Object> deny =
        Map.of(
            "flotilla.acl.enabled",
            true,
            "flotilla.acl.default-policy",
            "deny",
            "flotilla.http.token",
            "m");
    assertThat(
            acl(
                "{\"acl\":{\"enabled\":true,\"default_policy\":\"deny\","
                    + "\"tokens\":{\"initial_management\":\"m\"}}}"))
        .isEqualTo(deny);
    assertThat(
            acl(
                "{\"acl_datacenter\":\"dc1\",\"acl_default_policy\":\"deny\","
                    + "\"acl_master_token\":\"m\"}"))
        .isEqualTo(deny);
    assertThat(acl("{\"acl\":{\"enabled\":true}}"))
        .isEqualTo(Map.of("flotilla.acl.enabled", true, "flotilla.acl.default-policy", "allow"));
  }

  @Test
  void what_can_not_be_read_is_named() throws IOException {
    Path broken = write("broken.json", "{");
    assertThatThrownBy(() -> ConsulConfig.read(List.of(broken), List.of()))
        .hasMessageContaining("broken.json");
    Path absent = dir.resolve("absent");
    assertThatThrownBy(() -> ConsulConfig.read(List.of(), List.of(absent)))
        .hasMessageContaining("absent");
    Path ports = write("ports.json", "{\"ports\":{\"http\":70000}}");
    assertThatThrownBy(() -> ConsulConfig.read(List.of(ports), List.of()).port(null, "http", 1))
        .hasMessageContaining("ports.http is 70000");
  }

  @Test
  void wildcards_and_host_names_become_usable() {
    assertThat(ConsulConfig.address("0.0.0.0")).isEqualTo("127.0.0.1");
    assertThat(ConsulConfig.address(null)).isEqualTo("127.0.0.1");
    assertThat(ConsulConfig.nodeId("my.host.name")).isEqualTo("my-host-name");
    assertThat(ConsulConfig.nodeId("x".repeat(50))).hasSize(32);
  }
}
