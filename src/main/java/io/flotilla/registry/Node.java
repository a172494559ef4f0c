package io.flotilla.registry;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

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
    Stamp stamp) {

  /**
   * Stands for a Flotilla node that is not known (any more), while none is there to take its place.
   */
  static Node unknown(String name) {
    return new Node(name, "", "", Map.of(), Map.of(), false, Stamp.NONE);
  }

  /** The id of a Flotilla node, which is the same for as long as it has its name. */
  public static String idOf(String member) {
    return UUID.nameUUIDFromBytes(member.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /**
   * The node as the change with this index leaves it.
   *
   * @param old what it replaces, or null
   */
  Node appliedAt(long index, Node old) {
    return stamped((old == null ? stamp : old.stamp).appliedAt(index));
  }

  private Node stamped(Stamp other) {
    return new Node(name, id, address, taggedAddresses, meta, member, other);
  }

  boolean hasMeta(Map<String, String> wanted) {
    return meta.entrySet().containsAll(wanted.entrySet());
  }

  /** Whether both are the same, whenever they were registered. */
  public boolean isSameAs(Node other) {
    return equals(other.stamped(stamp));
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 160 + name.length() + address.length() + ServiceRegistration.bytes(meta);
  }
}
