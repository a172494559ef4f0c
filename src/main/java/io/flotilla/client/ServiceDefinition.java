package io.flotilla.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A service instance as it is registered.
 *
 * <pre>{@code
 * ServiceDefinition.of("web").address("10.0.0.7", 8080).tag("v2")
 *     .check(Check.http("http://10.0.0.7:8080/health", Duration.ofSeconds(5)));
 * }</pre>
 *
 * <p>The fields are those of <a
 * href="https://developer.hashicorp.com/consul/api-docs/agent/service#register-service">Consul's
 * services</a>. What is outside the limits is refused at registration, with {@code bad-parameter}.
 *
 * @param id unique in the namespace, at most 512 bytes; registering it again replaces the instance.
 *     {@code consul} and {@code flotilla} are reserved
 * @param name what it is looked up by, at most 512 bytes
 * @param address a host name or IP address; empty: that of the node it is registered through
 * @param port 0 to 65,535; 0: none
 * @param tags at most 64 KiB, together with {@code meta}
 * @param meta at most 64 pairs; keys of up to 128 letters, digits, {@code _} and {@code -}, values
 *     of up to 512 bytes
 * @param weight its share of the traffic under the policies that use weights, while it is passing;
 *     0 to 65,535, and 0 means none under any policy. While it is warning its weight is 1
 * @param check null: it has none, and is as healthy as its node
 */
public record ServiceDefinition(
    String id,
    String name,
    String address,
    int port,
    List<String> tags,
    Map<String, String> meta,
    int weight,
    Check check) {

  /** Copies the tags and the meta. */
  public ServiceDefinition {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
  }

  /**
   * {@return a definition with this name and, until another is given, the same id}
   *
   * <p>It has weight 1, and neither address, port, tags, meta nor check.
   *
   * @param name what it is looked up by
   */
  public static ServiceDefinition of(String name) {
    return new ServiceDefinition(name, name, "", 0, List.of(), Map.of(), 1, null);
  }

  /**
   * {@return this definition with another id}
   *
   * @param other unique in the namespace
   */
  public ServiceDefinition id(String other) {
    return new ServiceDefinition(other, name, address, port, tags, meta, weight, check);
  }

  /**
   * {@return this definition with another address}
   *
   * @param host a host name or IP address; empty: that of the node it is registered through
   * @param onPort 0 to 65,535
   */
  public ServiceDefinition address(String host, int onPort) {
    return new ServiceDefinition(id, name, host, onPort, tags, meta, weight, check);
  }

  /**
   * {@return this definition with one more tag}
   *
   * @param tag added after those there are
   */
  public ServiceDefinition tag(String tag) {
    List<String> more = new ArrayList<>(tags);
    more.add(tag);
    return new ServiceDefinition(id, name, address, port, more, meta, weight, check);
  }

  /**
   * {@return this definition with one more pair of meta, or another value for its key}
   *
   * @param key letters, digits, {@code _} and {@code -}
   * @param value at most 512 bytes
   */
  public ServiceDefinition meta(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(meta);
    more.put(key, value);
    return new ServiceDefinition(id, name, address, port, tags, more, weight, check);
  }

  /**
   * {@return this definition with another weight}
   *
   * @param share 0 to 65,535
   */
  public ServiceDefinition weight(int share) {
    return new ServiceDefinition(id, name, address, port, tags, meta, share, check);
  }

  /**
   * {@return this definition with another check}
   *
   * @param how null: none
   */
  public ServiceDefinition check(Check how) {
    return new ServiceDefinition(id, name, address, port, tags, meta, weight, how);
  }

  /** {@return the id of its check, for {@link Services#pass}: {@code service:ID}} */
  public String checkId() {
    return "service:" + id;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ID", id);
    json.put("Name", name);
    json.put("Address", address);
    json.put("Port", port);
    json.put("Tags", tags);
    json.put("Meta", meta);
    json.put("Weights", Map.of("Passing", weight, "Warning", 1));
    if (check != null) {
      json.put("Check", check.json());
    }
    return json;
  }
}
