package io.flotilla.registry.balance;

/**
 * One server of a service.
 *
 * @param node the node it is registered on
 * @param id of the registration
 * @param address host name or IP address that clients connect to
 * @param weight its share among others, from 1
 */
public record Instance(String node, String id, String address, int port, int weight) {
  public Instance {
    if (weight < 1) {
      throw new IllegalArgumentException("The weight of " + id + " must be at least 1.");
    }
  }

  /**
   * What is counted, ejected and placed on the hash ring. Not the id: a connection is refused by a
   * port, and the same server may be shown on another node after its own has died.
   */
  public String endpoint() {
    return address.indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
  }
}
