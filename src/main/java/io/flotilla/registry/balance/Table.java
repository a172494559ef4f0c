package io.flotilla.registry.balance;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Which instances may be used, for all services of all namespaces, and which hosts there are, at
 * one version. Immutable; a changed table shares with its predecessor what did not change.
 */
public final class Table {
  private static final Table EMPTY =
      new Table(Version.NONE, HashTreePMap.empty(), HashTreePMap.empty());

  /** A service's full name. The case of the service's doesn't count. */
  public record Name(String namespace, String service) {
    public Name {
      service = service.toLowerCase(Locale.ROOT);
    }
  }

  private final Version version;
  private final PMap<Name, Upstream> upstreams;

  private final PMap<Host.Name, Host> hosts;

  private Table(Version version, PMap<Name, Upstream> upstreams, PMap<Host.Name, Host> hosts) {
    this.version = version;
    this.upstreams = upstreams;
    this.hosts = hosts;
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
    return new Table(version, next, hosts);
  }

  /** The same version with other hosts. */
  public Table withHosts(Collection<Host> changed, Collection<Host.Name> removed) {
    PMap<Host.Name, Host> next = hosts.minusAll(removed);
    for (Host host : changed) {
      next = next.plus(host.fullName(), host);
    }
    return new Table(version, upstreams, next);
  }

  /** The same version without the hosts of these namespaces. */
  public Table withoutHosts(Collection<String> namespaces) {
    PMap<Host.Name, Host> rest =
        hosts.minusAll(
            hosts.keySet().stream().filter(n -> namespaces.contains(n.namespace())).toList());
    return new Table(version, upstreams, rest);
  }

  /** The same version without the services of these namespaces. */
  public Table without(Collection<String> namespaces) {
    PMap<Name, Upstream> rest =
        upstreams.minusAll(
            upstreams.keySet().stream().filter(n -> namespaces.contains(n.namespace())).toList());
    return new Table(version, rest, hosts);
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

  /** Empty if there is no such host. */
  public Optional<Host> host(String namespace, String name) {
    return Optional.ofNullable(hosts.get(new Host.Name(namespace, name)));
  }

  public Collection<Host> hosts() {
    return hosts.values();
  }
}
