package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * TLS as Consul's files say it: under {@code tls} for some ports or all, and by the names that the
 * keys had before Consul 1.12. Here one certificate serves all ports.
 */
final class ConsulTls {
  private static final List<String> FILES = List.of("ca_file", "cert_file", "key_file");
  private static final List<String> PORTS = List.of("https", "internal_rpc", "defaults");

  private final JsonNode config;

  ConsulTls(JsonNode config) {
    this.config = config;
  }

  /** Also if only some of the files are named: the node says which are missing then. */
  boolean isOn() {
    return FILES.stream().anyMatch(name -> !file(name).isEmpty());
  }

  /**
   * @param https whether a port is open for it
   */
  Map<String, Object> settings(boolean https) {
    if (!isOn()) {
      verified().forEach(ConsulTls::refuse);
      return Map.of();
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    for (String name : FILES) {
      settings.put("flotilla.tls." + name.replace('_', '-'), file(name));
    }
    settings.put("flotilla.tls.http", https);
    settings.put("flotilla.tls.verify-incoming", isAskedOfClients());
    return settings;
  }

  private String file(String name) {
    List<String> named =
        Stream.concat(PORTS.stream().map(port -> of(port, name)), Stream.of(config.path(name)))
            .map(value -> value.asText(""))
            .filter(text -> !text.isEmpty())
            .distinct()
            .toList();
    if (named.size() > 1) {
      throw new CliException(
          "%s is %s; all ports of Flotilla use one", name, String.join(" and ", named));
    }
    return named.isEmpty() ? "" : named.get(0);
  }

  private JsonNode of(String port, String name) {
    return config.path("tls").path(port).path(name);
  }

  private boolean isAskedOfClients() {
    return Stream.of(
            of("https", "verify_incoming"),
            of("defaults", "verify_incoming"),
            config.path("verify_incoming_https"),
            config.path("verify_incoming"))
        .filter(value -> !value.isMissingNode())
        .findFirst()
        .map(JsonNode::asBoolean)
        .orElse(false);
  }

  /** What can only be verified with certificates; between nodes it always is, then. */
  private Stream<String> verified() {
    Stream<String> old =
        Stream.of(
                "verify_incoming",
                "verify_incoming_rpc",
                "verify_incoming_https",
                "verify_outgoing",
                "verify_server_hostname")
            .filter(name -> config.path(name).asBoolean());
    Stream<String> present =
        PORTS.stream()
            .flatMap(
                port ->
                    Stream.of("verify_incoming", "verify_outgoing", "verify_server_hostname")
                        .filter(name -> of(port, name).asBoolean())
                        .map(name -> "tls." + port + "." + name));
    return Stream.concat(old, present);
  }

  private static void refuse(String key) {
    throw new CliException("%s needs ca_file, cert_file and key_file", key);
  }
}
