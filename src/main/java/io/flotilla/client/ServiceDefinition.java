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
 * @param id unique in the namespace; registering it again replaces
 * @param name what it is looked up by
 * @param address empty: that of the node it is registered through
 * @param weight its share of the traffic, from 1
 * @param check null: it is always passing
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

  public ServiceDefinition {
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
  }

  /** Its id is its name until another is given. */
  public static ServiceDefinition of(String name) {
    return new ServiceDefinition(name, name, "", 0, List.of(), Map.of(), 1, null);
  }

  public ServiceDefinition id(String other) {
    return new ServiceDefinition(other, name, address, port, tags, meta, weight, check);
  }

  public ServiceDefinition address(String host, int onPort) {
    return new ServiceDefinition(id, name, host, onPort, tags, meta, weight, check);
  }

  /** One more. */
  public ServiceDefinition tag(String tag) {
    List<String> more = new ArrayList<>(tags);
    more.add(tag);
    return new ServiceDefinition(id, name, address, port, more, meta, weight, check);
  }

  /** One more. */
  public ServiceDefinition meta(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(meta);
    more.put(key, value);
    return new ServiceDefinition(id, name, address, port, tags, more, weight, check);
  }

  public ServiceDefinition weight(int share) {
    return new ServiceDefinition(id, name, address, port, tags, meta, share, check);
  }

  public ServiceDefinition check(Check how) {
    return new ServiceDefinition(id, name, address, port, tags, meta, weight, how);
  }

  /** Of its check, for {@link Services#pass}. */
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
