package io.flotilla.client;

import java.util.List;
import java.util.Map;

/**
 * An instance of a service, as a lookup finds it (<a
 * href="https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service">Consul's
 * answer</a>, without the bookkeeping).
 *
 * @param id unique in the namespace
 * @param name the service it is an instance of
 * @param node the node it is listed under
 * @param address where to connect: its own address, or the node's if it has none
 * @param port 0 if it was registered without one
 * @param tags never null
 * @param meta never null
 * @param weight its share of the traffic while it passes its checks
 * @param status the worst of its checks and the node's; passing if there are none
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

  /** {@return {@code host:port}, an IPv6 address in brackets} */
  public String authority() {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
