package io.flotilla.registry.balance;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * Which instances may be used, for all services of all namespaces, and which hosts there are, at
 * one version. Immutable; a changed table shares with its predecessor what did not change.
 */
public final class Table {
  private static final Table EMPTY =
      new Table(
          Version.NONE,
          HashTreePMap.empty(),
          HashTreePSet.empty(),
          HashTreePMap.empty(),
          HashTreePSet.empty());

  /** A service's full name. The case of the service's doesn't count. */
  public record Name(String namespace, String service) {
    public Name {
      service = service.toLowerCase(Locale.ROOT);
    }
  }

  private final Version version;
  private final PMap<Name, Upstream> upstreams;

  /** Namespaces of which it has all services. */
  private final PSet<String> known;

  private final PMap<HostEntry.Name, HostEntry> hosts;

  /** Namespaces of which it has all hosts. */
  private final PSet<String> hostsKnown;

  private Table(
      Version version,
      PMap<Name, Upstream> upstreams,
      PSet<String> known,
      PMap<HostEntry.Name, HostEntry> hosts,
      PSet<String> hostsKnown) {
    this.version = version;
    this.upstreams = upstreams;
    this.known = known;
    this.hosts = hosts;
    this.hostsKnown = hostsKnown;
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
    return new Table(version, next, known, hosts, hostsKnown);
  }

  /** The same version with other hosts. */
  public Table withHosts(Collection<HostEntry> changed, Collection<HostEntry.Name> removed) {
    PMap<HostEntry.Name, HostEntry> next = hosts.minusAll(removed);
    for (HostEntry host : changed) {
      next = next.plus(host.fullName(), host);
    }
    return new Table(version, upstreams, known, next, hostsKnown);
  }

  /** The same version without the hosts of these namespaces, of which all come from now on. */
  public Table withoutHosts(Collection<String> namespaces) {
    PMap<HostEntry.Name, HostEntry> rest =
        hosts.minusAll(
            hosts.keySet().stream().filter(n -> namespaces.contains(n.namespace())).toList());
    return new Table(version, upstreams, known, rest, hostsKnown.plusAll(namespaces));
  }

  /** The same version without the services of these namespaces, of which all come from now on. */
  public Table without(Collection<String> namespaces) {
    PMap<Name, Upstream> rest =
        upstreams.minusAll(
            upstreams.keySet().stream().filter(n -> namespaces.contains(n.namespace())).toList());
    return new Table(version, rest, known.plusAll(namespaces), hosts, hostsKnown);
  }

  public Version version() {
    return version;
  }

  /** Empty if no such service is registered. */
  public Optional<Upstream> upstream(String namespace, String service) {
    return Optional.ofNullable(upstream(new Name(namespace, service)));
  }

  /** Whether a service that it doesn't have is none. */
  public boolean knows(String namespace) {
    return known.contains(namespace);
  }

  /** The same for hosts. */
  public boolean knowsHosts(String namespace) {
    return hostsKnown.contains(namespace);
  }

  Upstream upstream(Name name) {
    return upstreams.get(name);
  }

  public Collection<Upstream> upstreams() {
    return upstreams.values();
  }

  /** Empty if there is no such host. */
  public Optional<HostEntry> host(String namespace, String name) {
    return Optional.ofNullable(hosts.get(new HostEntry.Name(namespace, name)));
  }

  public Collection<HostEntry> hosts() {
    return hosts.values();
  }
}
