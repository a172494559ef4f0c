package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * One instance of a service.
 *
 * @param node the one it runs on; if it was registered through {@code agent/*}, the Flotilla node
 *     it came through
 * @param address empty: that of the node
 * @param agent registered through {@code agent/*}: its id is unique among all Flotilla nodes, and
 *     it outlives its node, see {@link Registrations#home(String)}
 */
public record Service(
    String node,
    String id,
    String name,
    List<String> tags,
    String address,
    int port,
    Map<String, Address> taggedAddresses,
    Map<String, String> meta,
    int weightPassing,
    int weightWarning,
    boolean enableTagOverride,
    boolean agent,
    long createIndex,
    long modifyIndex) {

  Key key() {
    return new Key(node, id);
  }

  Service indexed(long created, long modified) {
    return new Service(
        node,
        id,
        name,
        tags,
        address,
        port,
        taggedAddresses,
        meta,
        weightPassing,
        weightWarning,
        enableTagOverride,
        agent,
        created,
        modified);
  }

  boolean isSameAs(Service other) {
    return indexed(0, 0).equals(other.indexed(0, 0));
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 240
        + id.length()
        + name.length()
        + tags.stream().mapToLong(t -> 48 + t.length()).sum()
        + 64L * taggedAddresses.size()
        + bytes(meta);
  }

  static long bytes(Map<String, String> meta) {
    return meta.entrySet().stream()
        .mapToLong(e -> 96 + e.getKey().length() + e.getValue().length())
        .sum();
  }
}
