package io.flotilla.registry.balance;

import java.util.List;

/**
 * One server of a service.
 *
 * @param node the node it is registered on
 * @param id of the registration
 * @param address host name or IP address that clients connect to
 * @param weight its share among others, from 1
 * @param tags of the registration, as far as DNS can name them
 * @param warning whether a check warns: it may be used all the same
 */
public record Instance(
    String node,
    String id,
    String address,
    int port,
    int weight,
    List<String> tags,
    boolean warning) {
  /** The table travels, and is in the memory of every node. */
  static final int MAX_TAGS = 32;

  /** Of a label in DNS. */
  static final int MAX_TAG_LENGTH = 63;

  public Instance {
    if (weight < 1) {
      throw new IllegalArgumentException("The weight of " + id + " must be at least 1.");
    }
    tags = tags.stream().filter(t -> t.length() <= MAX_TAG_LENGTH).limit(MAX_TAGS).toList();
  }

  /** Whose tags and health are of no interest. */
  public Instance(String node, String id, String address, int port, int weight) {
    this(node, id, address, port, weight, List.of(), false);
  }

  /** Whose case doesn't count. */
  public boolean hasTag(String tag) {
    return tags.stream().anyMatch(tag::equalsIgnoreCase);
  }

  /**
   * What is counted, ejected and placed on the hash ring. Not the id: a connection is refused by a
   * port, and the same server may be shown on another node after its own has died.
   */
  public String endpoint() {
    return address.indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
  }
}
