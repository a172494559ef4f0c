package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * What the registration of a service says.
 *
 * @param address empty: that of the node
 * @param agent registered through {@code agent/*}: it outlives its node, see {@link
 *     Registrations#home(String)}
 * @param perNode another node has a service with the same id, or had: this one is found by its id
 *     through its own node alone
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
    boolean agent,
    boolean perNode) {

  ServiceRegistration ofItsNodeAlone() {
    return new ServiceRegistration(
        name, tags, address, port, taggedAddresses, meta, weights, enableTagOverride, agent, true);
  }

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
