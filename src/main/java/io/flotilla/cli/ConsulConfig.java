package io.flotilla.cli;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Settings from Consul's files, JSON or HCL: later files override earlier ones, flags override
 * both.
 */
final class ConsulConfig {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  /** As a label in DNS, and a host's name. */
  private static final int MOST_OF_A_NAME = 63;

  private final ObjectNode merged = JSON.createObjectNode();

  private ConsulConfig() {}

  /**
   * @param fragments HCL from the command line, which overrides the files
   */
  static ConsulConfig read(List<Path> files, List<Path> dirs, List<String> fragments) {
    ConsulConfig config = new ConsulConfig();
    List<Path> all = new ArrayList<>(files);
    for (Path dir : dirs) {
      try (Stream<Path> inside = Files.list(dir)) {
        inside.filter(ConsulConfig::isRead).sorted().forEach(all::add);
      } catch (IOException e) {
        throw new CliException("can't read the directory %s: %s", dir, e.getMessage());
      }
    }
    for (Path file : all) {
      try {
        byte[] text = Files.readAllBytes(file);
        config.merge(isHcl(file) ? HclJson.of(new String(text, StandardCharsets.UTF_8)) : text);
      } catch (IOException | IllegalArgumentException e) {
        throw new CliException("%s can't be read: %s", file, e.getMessage());
      }
    }
    for (String fragment : fragments) {
      try {
        config.merge(HclJson.of(fragment));
      } catch (IOException | IllegalArgumentException e) {
        throw new CliException("-hcl can't be read: %s", e.getMessage());
      }
    }
    return config;
  }

  private static boolean isHcl(Path file) {
    return file.toString().endsWith(".hcl");
  }

  private static boolean isRead(Path file) {
    return isHcl(file) || file.toString().endsWith(".json");
  }

  private void merge(byte[] json) throws IOException {
    JSON.readerForUpdating(merged).readValue(json);
  }

  /** All that the files say. */
  ObjectNode all() {
    return merged;
  }

  /** The flag, else the file's value, else the default. */
  String or(String flag, String key, String otherwise) {
    JsonNode value = merged.path(key);
    return flag != null ? flag : value.isValueNode() ? value.asText() : otherwise;
  }

  /** A port by its name under {@code ports}. */
  int port(Integer flag, String name, int otherwise) {
    int port = flag != null ? flag : merged.path("ports").path(name).asInt(otherwise);
    if (port < 1 || port > 65535) {
      throw new CliException("ports.%s is %d; it must be from 1 to 65535", name, port);
    }
    return port;
  }

  /** That of HTTPS, if there is one and a certificate: there is one port for both. */
  int httpPort(Integer flag, Integer httpsFlag) {
    int https = httpsFlag != null ? httpsFlag : merged.path("ports").path("https").asInt(-1);
    if (https <= 0 || !new ConsulTls(merged).isOn()) {
      return port(flag, "http", 8500);
    }
    int http = flag != null ? flag : merged.path("ports").path("http").asInt(8500);
    if (http > 0) {
      throw new CliException(
          "ports.http and ports.https are both open, and Flotilla has one port for either: set"
              + " ports.http to -1, or ports.https");
    }
    return https;
  }

  /** TLS, and which of the ports has it. */
  Map<String, Object> tls(Integer httpsFlag) {
    int https = httpsFlag != null ? httpsFlag : merged.path("ports").path("https").asInt(-1);
    return new ConsulTls(merged).settings(https > 0);
  }

  /** 0 if none is given, or -1 as one says it there. */
  int dnsPort(Integer flag) {
    int given = flag != null ? flag : merged.path("ports").path("dns").asInt(-1);
    return given == -1 ? 0 : port(given, "dns", given);
  }

  /**
   * {@code node_meta}, as pairs {@code key:value}.
   *
   * @param flags pairs that go over those of the files
   */
  List<String> nodeMeta(List<String> flags) {
    Map<String, String> pairs = new LinkedHashMap<>();
    JsonNode meta = merged.path("node_meta");
    if (!meta.isMissingNode() && !isOfValues(meta)) {
      throw new CliException("node_meta must be an object of texts");
    }
    meta.properties().forEach(e -> pairs.put(e.getKey(), e.getValue().asText()));
    for (String flag : flags) {
      String[] pair = flag.split(":", 2);
      pairs.put(pair[0], pair.length == 1 ? "" : pair[1]);
    }
    return pairs.entrySet().stream().map(e -> e.getKey() + ":" + e.getValue()).toList();
  }

  private static boolean isOfValues(JsonNode object) {
    return object.isObject()
        && object.properties().stream().allMatch(e -> e.getValue().isValueNode());
  }

  String httpAddress(String flag) {
    JsonNode addresses = merged.path("addresses").path("http");
    return flag != null
        ? flag
        : addresses.isTextual() ? addresses.asText() : or(null, "client_addr", null);
  }

  /**
   * {@code acl}, also by the names that its parts had before Consul 1.11 and 1.4. What no rule is
   * about is allowed, as there.
   */
  Map<String, Object> acl() {
    JsonNode acl = merged.path("acl");
    if (!acl.path("enabled").asBoolean(merged.hasNonNull("acl_datacenter"))) {
      return Map.of();
    }
    JsonNode tokens = acl.path("tokens");
    String token =
        firstOf(
            tokens.path("initial_management"),
            tokens.path("master"),
            merged.path("acl_master_token"));
    String otherwise = firstOf(acl.path("default_policy"), merged.path("acl_default_policy"));
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("flotilla.acl.enabled", true);
    settings.put("flotilla.acl.default-policy", otherwise.isEmpty() ? "allow" : otherwise);
    if (!token.isEmpty()) {
      settings.put("flotilla.http.token", token);
    }
    return settings;
  }

  static String firstOf(JsonNode... values) {
    return Arrays.stream(values)
        .map(value -> value.asText(""))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The first of an address list; loopback for the wildcard, which others can't connect to. */
  static String address(String text) {
    String first = listen(text);
    return first.equals("0.0.0.0") || first.equals("::") ? "127.0.0.1" : first;
  }

  /** The first of an address list, loopback for none. */
  static String listen(String text) {
    return text == null || text.isBlank() ? "127.0.0.1" : text.strip().split("[\\s,]+")[0];
  }

  /** A host's name as a member's: '-' for characters that are not allowed. */
  static String nodeId(String name) {
    if (name.length() > MOST_OF_A_NAME) {
      throw new CliException(
          "the node's name, %s, has %d characters; it may have %d (-node, node_name)",
          name, name.length(), MOST_OF_A_NAME);
    }
    return name.replaceAll("[^A-Za-z0-9_-]", "-");
  }

  /** Logback's name for one of Consul's levels. */
  static String logLevel(String level) {
    return level == null
        ? null
        : level.toLowerCase(Locale.ROOT).startsWith("err") ? "ERROR" : level;
  }
}
