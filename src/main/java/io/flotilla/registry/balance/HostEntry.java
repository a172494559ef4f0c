package io.flotilla.registry.balance;

import java.util.Locale;

/**
 * A machine that services run on, as far as it is found by its name.
 *
 * @param address host name or IP address
 * @param member whether it is a Flotilla node
 */
public record HostEntry(String namespace, String name, String address, boolean member) {
  /** A host's full name. The case of the host's doesn't count. */
  public record Name(String namespace, String host) {
    public Name {
      host = host.toLowerCase(Locale.ROOT);
    }
  }

  public Name fullName() {
    return new Name(namespace, name);
  }
}
