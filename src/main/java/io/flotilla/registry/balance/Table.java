package io.flotilla.registry.balance;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Which instances may be used, for all services of all namespaces, at one version. Immutable; a
 * changed table shares with its predecessor what did not change.
 */
public final class Table {
  private static final Table EMPTY = new Table(Version.NONE, HashTreePMap.empty());

  /** A service's full name. The case of the service's doesn't count. */
  public record Name(String namespace, String service) {
    public Name {
      service = service.toLowerCase(Locale.ROOT);
    }
  }

  private final Version version;
  private final PMap<Name, Upstream> upstreams;

  private Table(Version version, PMap<Name, Upstream> upstreams) {
    this.version = version;
    this.upstreams = upstreams;
  }

  public static Table empty() {
    return EMPTY;
  }

  /**
   * @param version of the new table
   * @param changed take the place of what was known of these services
   * @param removed are no longer registered
   */
  public Table with(Version version, Collection<Upstream> changed, Collection<Name> removed) {
    PMap<Name, Upstream> next = upstreams.minusAll(removed);
    for (Upstream u : changed) {
      next = next.plus(new Name(u.namespace(), u.service()), u);
    }
    return new Table(version, next);
  }

  /** The same version without what it knows of these namespaces. */
  public Table without(Collection<String> namespaces) {
    PMap<Name, Upstream> rest =
        upstreams.minusAll(
            upstreams.keySet().stream().filter(n -> namespaces.contains(n.namespace())).toList());
    return new Table(version, rest);
  }

  public Version version() {
    return version;
  }

  /** Empty if no such service is registered. */
  public Optional<Upstream> upstream(String namespace, String service) {
    return Optional.ofNullable(upstream(new Name(namespace, service)));
  }

  Upstream upstream(Name name) {
    return upstreams.get(name);
  }

  public Collection<Upstream> upstreams() {
    return upstreams.values();
  }
}
