package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which keys of Consul's files mean something here. What is there to protect the node and can't be
 * done ends it, as whoever wrote it counts on it; anything else is only said to have no meaning.
 */
final class ConsulKeys {
  private static final Set<String> DONE =
      Set.of(
          "node_id",
          "node_name",
          "datacenter",
          "data_dir",
          "bind_addr",
          "advertise_addr",
          "client_addr",
          "addresses.http",
          "domain",
          "ports.dns",
          "ports.http",
          "ports.https",
          "ports.server",
          "ports.serf_lan",
          "pid_file",
          "log_level",
          "acl.enabled",
          "acl.default_policy",
          "acl.tokens.initial_management",
          "acl.tokens.master",
          "acl_datacenter",
          "acl_default_policy",
          "acl_master_token",
          "ca_file",
          "cert_file",
          "key_file",
          "verify_incoming",
          "verify_incoming_https",
          "verify_incoming_rpc",
          "verify_outgoing",
          "verify_server_hostname");

  private static final Set<String> DONE_OF_A_PORT =
      Set.of(
          "ca_file",
          "cert_file",
          "key_file",
          "verify_incoming",
          "verify_outgoing",
          "verify_server_hostname");

  /**
   * About other nodes or ports, about how long is cached what is never outdated here, and so on.
   */
  private static final Set<String> NOT_NEEDED =
      Set.of(
          "acl.enable_token_persistence",
          "acl.enable_token_replication",
          "acl.policy_ttl",
          "acl.role_ttl",
          "acl.token_ttl",
          "acl.tokens.agent",
          "acl.tokens.replication",
          "acl_agent_token",
          "acl_replication_token",
          "acl_ttl",
          "encrypt_verify_incoming",
          "encrypt_verify_outgoing",
          "tls_prefer_server_cipher_suites",
          "bootstrap",
          "bootstrap_expect",
          "connect.enabled",
          "disable_update_check",
          "leave_on_terminate",
          "performance.raft_multiplier",
          "ports.grpc",
          "ports.serf_wan",
          "primary_datacenter",
          "raft_protocol",
          "rejoin_after_leave",
          "server",
          "skip_leave_on_interrupt",
          "ui",
          "ui_config.enabled");

  private static final List<String> PROTECTING =
      List.of(
          "acl.",
          "acl_",
          "allow_write_http_from",
          "auto_config.",
          "auto_encrypt.",
          "ca_path",
          "encrypt",
          "http_config.allow_write_http_from",
          "http_config.block_endpoints",
          "tls.",
          "tls_",
          "verify_");

  /** The versions that are spoken anyway. */
  private static final Set<String> OLD_ENOUGH = Set.of("tls10", "tls11", "tls12");

  private static final Set<String> STRICT_ENOUGH = Set.of("extend-cache", "async-cache", "deny");

  private ConsulKeys() {}

  /**
   * Those that mean nothing here.
   *
   * @throws CliException if one is about security, and can't be honoured
   */
  static List<String> unknown(JsonNode config) {
    List<String> unknown = new ArrayList<>();
    look("", config, unknown);
    return unknown;
  }

  private static void look(String above, JsonNode object, List<String> unknown) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String key = above + field.getKey();
      JsonNode value = field.getValue();
      if (value.isObject()) {
        look(key + ".", value, unknown);
      } else if (isSeveral(value) || !isKnown(key, value)) {
        if (protects(key, value)) {
          throw new CliException(
              "%s protects a node of Consul's, and Flotilla can't do that: this node doesn't start"
                  + " with it (docs/security.md)",
              key);
        }
        unknown.add(key);
      }
    }
  }

  /** An object that comes several times, as HCL allows; here each is read only where it is one. */
  private static boolean isSeveral(JsonNode value) {
    return value.isArray() && !value.isEmpty() && value.get(0).isObject();
  }

  private static boolean protects(String key, JsonNode value) {
    String whole = isSeveral(value) ? key + "." : key;
    return !isOff(value)
        && PROTECTING.stream()
            .anyMatch(p -> whole.startsWith(p) || isSeveral(value) && p.startsWith(whole));
  }

  private static boolean isKnown(String key, JsonNode value) {
    String[] parts = key.split("\\.");
    return switch (parts[parts.length - 1]) {
      case "tls_min_version" -> OLD_ENOUGH.contains(version(value));
      case "down_policy", "acl_down_policy" -> STRICT_ENOUGH.contains(value.asText());
      default ->
          DONE.contains(key)
              || NOT_NEEDED.contains(key)
              || key.startsWith("node_meta.")
              || parts.length == 3
                  && parts[0].equals("tls")
                  && !parts[1].equals("grpc")
                  && DONE_OF_A_PORT.contains(parts[2]);
    };
  }

  /** Consul 1.12 has them as {@code TLSv1_2}. */
  private static String version(JsonNode value) {
    return value.asText().toLowerCase(Locale.ROOT).replaceAll("[v_]", "");
  }

  private static boolean isOff(JsonNode value) {
    return value.isNull()
        || value.isBoolean() && !value.asBoolean()
        || value.isTextual() && value.asText().isEmpty()
        || value.isArray() && value.isEmpty();
  }
}
