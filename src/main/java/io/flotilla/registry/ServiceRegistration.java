package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * What the registration of a service says.
 *
 * @param address empty: that of the node
 * @param agent registered through {@code agent/*}: its id is unique among all Flotilla nodes, and
 *     it outlives its node, see {@link Registrations#home(String)}
 */
public record ServiceRegistration(
    String name,
    List<String> tags,
    String address,
    int port,
    Map<String, Address> taggedAddresses,
    Map<String, String> meta,
    Weights weights,
    boolean enableTagOverride,
    boolean agent) {

  /** Roughly what it occupies. */
  long bytes() {
    return name.length()
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
