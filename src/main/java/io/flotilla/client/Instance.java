package io.flotilla.client;

import java.util.List;
import java.util.Map;

/**
 * An instance of a service, as a lookup finds it.
 *
 * @param node by which it is registered
 * @param address where to connect: its own, or else the node's
 * @param weight its share of the traffic
 * @param status the worst of its checks
 */
public record Instance(
    String id,
    String name,
    String node,
    String address,
    int port,
    List<String> tags,
    Map<String, String> meta,
    int weight,
    Status status) {

  /** {@code host:port}. */
  public String authority() {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
