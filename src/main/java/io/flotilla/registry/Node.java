package io.flotilla.registry;

import java.util.Map;

/**
 * A machine that services run on.
 *
 * @param id a UUID or empty
 * @param member whether it is a Flotilla node; these are kept by the coordinator
 */
public record Node(
    String name,
    String id,
    String address,
    Map<String, String> taggedAddresses,
    Map<String, String> meta,
    boolean member,
    long createIndex,
    long modifyIndex) {

  /**
   * Stands for a Flotilla node that is not known (any more), while none is there to take its place.
   */
  static Node unknown(String name) {
    return new Node(name, "", "", Map.of(), Map.of(), false, 0, 0);
  }

  Node indexed(long created, long modified) {
    return new Node(name, id, address, taggedAddresses, meta, member, created, modified);
  }

  boolean hasMeta(Map<String, String> wanted) {
    return meta.entrySet().containsAll(wanted.entrySet());
  }

  boolean isSameAs(Node other) {
    return indexed(0, 0).equals(other.indexed(0, 0));
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 160 + name.length() + address.length() + Service.bytes(meta);
  }
}
