package io.flotilla.registry;

import java.util.Map;
import java.util.TreeMap;

/**
 * A Flotilla node, as it introduces itself.
 *
 * @param address under which its services are found
 * @param port of its HTTP API
 * @param id a UUID; empty (as nodes of earlier versions say it): one that is made of the name
 * @param meta what its operator says of it
 */
public record Member(String name, String address, int port, String id, Map<String, String> meta) {

  /** Its id in the catalog. */
  public String nodeId() {
    return id.isEmpty() ? Node.idOf(name) : id;
  }

  /** With what a Consul without segments says of itself. */
  public Map<String, String> nodeMeta() {
    Map<String, String> all = new TreeMap<>(meta);
    all.put("consul-network-segment", "");
    return all;
  }
}
