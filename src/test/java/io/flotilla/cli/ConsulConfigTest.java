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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsulConfigTest {
  @TempDir private Path dir;

  private Path write(String name, String json) throws IOException {
    return Files.writeString(dir.resolve(name), json);
  }

  @Test
  void ports_are_read_from_a_directory_of_files() throws IOException {
    write("config.json", "{\"ports\":{\"http\":1234,\"server\":1235,\"dns\":-1},\"x\":true}");
    write("readme.txt", "not json");
    ConsulConfig config = ConsulConfig.read(List.of(), List.of(dir), List.of());
    assertThat(config.port(null, "http", 8500)).isEqualTo(1234);
    assertThat(config.port(null, "server", 8300)).isEqualTo(1235);
    assertThat(config.port(null, "serf_lan", 8301)).isEqualTo(8301);
  }

  @Test
  void a_later_file_goes_over_an_earlier_one_and_a_flag_over_both() throws IOException {
    Path first = write("a.json", "{\"node_name\":\"one\",\"client_addr\":\"127.0.0.1 ::1\"}");
    Path second = write("b.json", "{\"node_name\":\"two\", // a comment\n\"log_level\":\"err\",}");
    ConsulConfig config = ConsulConfig.read(List.of(first, second), List.of(), List.of());
    assertThat(config.or(null, "node_name", "x")).isEqualTo("two");
    assertThat(config.or("three", "node_name", "x")).isEqualTo("three");
    assertThat(config.or(null, "datacenter", "dc1")).isEqualTo("dc1");
    assertThat(ConsulConfig.listen(config.httpAddress(null))).isEqualTo("127.0.0.1");
    assertThat(ConsulConfig.logLevel(config.or(null, "log_level", null))).isEqualTo("ERROR");
  }

  private Map<String, Object> acl(String json) throws IOException {
    return ConsulConfig.read(List.of(write("acl.json", json)), List.of(), List.of()).acl();
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
    assertThatThrownBy(() -> ConsulConfig.read(List.of(broken), List.of(), List.of()))
        .hasMessageContaining("broken.json");
    Path absent = dir.resolve("absent");
    assertThatThrownBy(() -> ConsulConfig.read(List.of(), List.of(absent), List.of()))
        .hasMessageContaining("absent");
    Path ports = write("ports.json", "{\"ports\":{\"http\":70000}}");
    assertThatThrownBy(
            () -> ConsulConfig.read(List.of(ports), List.of(), List.of()).port(null, "http", 1))
        .hasMessageContaining("ports.http is 70000");
  }

  @Test
  void wildcards_and_host_names_become_usable() {
    assertThat(ConsulConfig.address("0.0.0.0")).isEqualTo("127.0.0.1");
    assertThat(ConsulConfig.address(null)).isEqualTo("127.0.0.1");
    assertThat(ConsulConfig.nodeId("my.host.name")).isEqualTo("my-host-name");
    assertThat(ConsulConfig.nodeId("x".repeat(63))).hasSize(63);
    assertThatThrownBy(() -> ConsulConfig.nodeId("x".repeat(64)))
        .hasMessageContaining("has 64 characters; it may have 63");
  }

  @Test
  void what_is_said_of_the_node_is_read_from_files_and_flags() throws IOException {
    ConsulConfig config =
        hcl(
            """
            node_id = "6F3C1C7E-1A3D-4C1B-9A51-7F5F0A2B9D10"
            node_meta { rack = "r7", slots = 4, "zone" = "a:1" }
            """);
    assertThat(ConsulKeys.unknown(config.all())).isEmpty();
    assertThat(config.nodeMeta(List.of())).containsExactly("rack:r7", "slots:4", "zone:a:1");
    assertThat(config.nodeMeta(List.of("slots:5", "bare", "at:10:30")))
        .containsExactly("rack:r7", "slots:5", "zone:a:1", "bare:", "at:10:30");
    assertThatThrownBy(() -> hcl("node_meta = [\"rack:r7\"]").nodeMeta(List.of()))
        .hasMessage("node_meta must be an object of texts");
  }

  private ConsulConfig hcl(String text) throws IOException {
    return ConsulConfig.read(List.of(write("agent.hcl", text)), List.of(), List.of());
  }

  @Test
  void hcl_says_the_same_as_json() throws IOException {
    ConsulConfig config =
        hcl(
            """
            # as Consul's manual has it
            node_name = "one"
            ports { http = 1234, dns = -1 }
            acl = {
              enabled = true
              tokens { initial_management = "m" }
            }
            acl { default_policy = "deny" }
            retry_join = ["10.0.0.1", "10.0.0.2",]
            """);
    assertThat(config.or(null, "node_name", "x")).isEqualTo("one");
    assertThat(config.port(null, "http", 8500)).isEqualTo(1234);
    assertThat(config.acl())
        .containsEntry("flotilla.http.token", "m")
        .containsEntry("flotilla.acl.default-policy", "deny");
    ConsulConfig overridden =
        ConsulConfig.read(
            List.of(dir.resolve("agent.hcl")), List.of(), List.of("node_name = \"two\""));
    assertThat(overridden.or(null, "node_name", "x")).isEqualTo("two");
    assertThat(ConsulConfig.read(List.of(), List.of(dir), List.of()).or(null, "node_name", "x"))
        .isEqualTo("one");
    assertThatThrownBy(() -> hcl("node_name = one"))
        .hasMessageContaining("agent.hcl")
        .hasMessageContaining("line 1: a value is expected");
  }

  private static final String CERTIFICATES =
      "ca_file = \"ca.pem\"\ncert_file = \"c.pem\"\nkey_file = \"k.pem\"\n";

  @Test
  void tls_is_on_all_ports_that_may_have_it() throws IOException {
    ConsulConfig old = hcl(CERTIFICATES + "verify_incoming = true\nverify_outgoing = true");
    assertThat(old.tls(null))
        .containsEntry("flotilla.tls.ca-file", "ca.pem")
        .containsEntry("flotilla.tls.cert-file", "c.pem")
        .containsEntry("flotilla.tls.key-file", "k.pem")
        .containsEntry("flotilla.tls.http", false)
        .containsEntry("flotilla.tls.verify-incoming", true);
    assertThat(old.httpPort(null, null)).isEqualTo(8500);
    ConsulConfig present =
        hcl(
            "tls { defaults { verify_incoming = true\n"
                + CERTIFICATES
                + "} https { verify_incoming = false } }\nports { http = -1, https = 8501 }");
    assertThat(present.tls(null))
        .containsEntry("flotilla.tls.ca-file", "ca.pem")
        .containsEntry("flotilla.tls.http", true)
        .containsEntry("flotilla.tls.verify-incoming", false);
    assertThat(present.httpPort(null, null)).isEqualTo(8501);
    assertThat(hcl("ports { https = 8501 }").tls(null)).isEmpty();
  }

  @Test
  void tls_that_is_not_possible_ends_the_node() throws IOException {
    assertThatThrownBy(() -> hcl("verify_outgoing = true").tls(null))
        .hasMessageContaining("verify_outgoing needs ca_file, cert_file and key_file");
    assertThatThrownBy(() -> hcl("tls { internal_rpc { verify_incoming = true } }").tls(null))
        .hasMessageContaining("tls.internal_rpc.verify_incoming needs");
    assertThatThrownBy(
            () -> hcl(CERTIFICATES + "tls { https { key_file = \"other.pem\" } }").tls(null))
        .hasMessageContaining("all ports of Flotilla use one");
    assertThatThrownBy(() -> hcl(CERTIFICATES + "ports { https = 8501 }").httpPort(null, null))
        .hasMessageContaining("ports.http and ports.https are both open");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encrypt = \"c2VjcmV0\"",
        "tls_min_version = \"tls13\"",
        "tls { defaults { tls_min_version = \"TLSv1_3\" } }",
        "tls { grpc { verify_incoming = true } }",
        "tls_cipher_suites = \"TLS_RSA\"",
        "ca_path = \"/etc/ca\"",
        "auto_encrypt { tls = true }",
        "acl { down_policy = \"allow\" }",
        "acl { tokens { default = \"x\" } }",
        "acl_token = \"x\"",
        "acl { enable_key_list_policy = true }",
        "http_config { allow_write_http_from = [\"127.0.0.1/32\"] }",
        "acl = [{ enabled = true }]",
        "tls = [{ defaults { verify_incoming = true } }]",
        "http_config = [{ allow_write_http_from = [\"127.0.0.1/32\"] }]",
      })
  void what_would_protect_the_node_and_can_not_be_done_ends_it(String text) throws IOException {
    ConsulConfig config = hcl(text);
    assertThatThrownBy(() -> ConsulKeys.unknown(config.all()))
        .hasMessageContaining("this node doesn't start with it")
        .hasMessageContaining(text.split("[ _]")[0]);
  }

  @Test
  void of_other_keys_without_meaning_there_is_a_line() throws IOException {
    ConsulConfig config =
        hcl(
            CERTIFICATES
                + """
                server = true
                encrypt = ""
                tls_min_version = "tls12"
                acl { enabled = true, down_policy = "extend-cache" }
                ports { http = 1, expose_min_port = 2 }
                tls { defaults { verify_outgoing = true } }
                telemetry { statsd_address = "x:1" }
                """);
    assertThat(ConsulKeys.unknown(config.all()))
        .containsExactlyInAnyOrder("encrypt", "ports.expose_min_port", "telemetry.statsd_address");
  }
}
