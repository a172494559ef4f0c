package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import io.flotilla.registry.CatalogResult.Changed;
import io.flotilla.registry.CatalogResult.ServiceChanged;
import io.flotilla.registry.Node;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.Status;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import io.flotilla.registry.coordinator.Publish.FromFollower;
import io.flotilla.registry.coordinator.Publish.Part;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Makes the table out of the catalogs, one version after another, and hands it out. */
final class Tables {
  /** How many services go into one message, which must stay below the largest that can be sent. */
  private static final int PART = 256;

  private static final int PART_BYTES = 512 << 10;

  /** What makes a version of the one before. */
  private record News(
      Set<String> anew,
      List<Upstream> changed,
      List<Table.Name> removed,
      Set<String> hostsAnew,
      List<HostEntry> hosts,
      List<HostEntry.Name> hostsRemoved) {}

  private final ActorRef<FromFollower> self;
  private final Balancer balancer;

  /** Those whose catalogs it has read. */
  private final Set<String> namespaces = new HashSet<>();

  /** Those whose nodes it has read. */
  private final Set<String> hostNamespaces = new HashSet<>();

  private Table table;

  Tables(ActorRef<FromFollower> self, long term, LongSupplier nanoTime) {
    this.self = self;
    this.balancer = new Balancer((service, instance, time) -> {}, nanoTime);
    this.table = Table.empty().with(new Version(term, 0), List.of(), List.of());
  }

  Version version() {
    return table.version();
  }

  /** Makes the choices that are made once for the whole cluster. */
  Balancer balancer() {
    return balancer;
  }

  /** Whether it has read this namespace. */
  boolean knows(String namespace) {
    return namespaces.contains(namespace);
  }

  int services() {
    return table.upstreams().size();
  }

  /** Takes what changed; answers whether that makes a new version, which the followers get. */
  void update(String namespace, Changed changed, Collection<ActorRef<ToFollower>> followers) {
    List<Upstream> differing = new ArrayList<>();
    List<Table.Name> removed = new ArrayList<>();
    Set<Table.Name> named = new HashSet<>();
    for (ServiceChanged service : changed.items()) {
      Table.Name name = new Table.Name(namespace, service.name());
      named.add(name);
      Upstream known = table.upstream(namespace, service.name()).orElse(null);
      if (service.entries().isEmpty()) {
        if (known != null) {
          removed.add(name);
        }
      } else {
        Upstream now = upstream(namespace, service);
        if (!now.equals(known)) {
          differing.add(now);
        }
      }
    }
    if (changed.complete()) {
      table.upstreams().stream()
          .map(u -> new Table.Name(u.namespace(), u.service()))
          .filter(name -> name.namespace().equals(namespace) && !named.contains(name))
          .forEach(removed::add);
    }
    boolean first = namespaces.add(namespace);
    if (first || !differing.isEmpty() || !removed.isEmpty()) {
      Set<String> anew = first ? Set.of(namespace) : Set.of();
      publish(new News(anew, differing, removed, Set.of(), List.of(), List.of()), followers);
    }
  }

  /** Takes the nodes that there are now. */
  void updateHosts(String namespace, List<Node> nodes, Collection<ActorRef<ToFollower>> followers) {
    Map<HostEntry.Name, HostEntry> now = new HashMap<>();
    for (Node node : nodes) {
      HostEntry host = new HostEntry(namespace, node.name(), node.address(), node.member());
      now.put(host.fullName(), host);
    }
    List<HostEntry> differing =
        now.values().stream()
            .filter(host -> !table.host(namespace, host.name()).equals(Optional.of(host)))
            .toList();
    List<HostEntry.Name> removed =
        table.hosts().stream()
            .map(HostEntry::fullName)
            .filter(name -> name.namespace().equals(namespace) && !now.containsKey(name))
            .toList();
    boolean first = hostNamespaces.add(namespace);
    if (first || !differing.isEmpty() || !removed.isEmpty()) {
      Set<String> anew = first ? Set.of(namespace) : Set.of();
      publish(new News(Set.of(), List.of(), List.of(), anew, differing, removed), followers);
    }
  }

  private void publish(News news, Collection<ActorRef<ToFollower>> followers) {
    Version base = table.version();
    table =
        table
            .with(base.next(), news.changed(), news.removed())
            .withHosts(news.hosts(), news.hostsRemoved());
    balancer.update(table);
    send(base, news, followers);
  }

  /** All that is known here, to one that has nothing or has missed something. */
  void sendWhole(ActorRef<ToFollower> follower) {
    News all =
        new News(
            namespaces,
            List.copyOf(table.upstreams()),
            List.of(),
            hostNamespaces,
            List.copyOf(table.hosts()),
            List.of());
    send(Version.NONE, all, List.of(follower));
  }

  private void send(Version base, News news, Collection<ActorRef<ToFollower>> followers) {
    List<List<Upstream>> changed = portions(news.changed());
    List<List<Table.Name>> removed = portions(news.removed());
    List<List<HostEntry>> hosts = portions(news.hosts());
    List<List<HostEntry.Name>> hostsRemoved = portions(news.hostsRemoved());
    int parts =
        Stream.of(changed, removed, hosts, hostsRemoved).mapToInt(List::size).max().orElseThrow();
    for (int i = 0; i < parts; i++) {
      Part part =
          new Part(
              base,
              table.version(),
              i,
              i == parts - 1,
              i == 0 ? List.copyOf(news.anew()) : List.of(),
              at(changed, i),
              at(removed, i),
              self,
              i == 0 ? List.copyOf(news.hostsAnew()) : List.of(),
              at(hosts, i),
              at(hostsRemoved, i));
      followers.forEach(f -> f.tell(part));
    }
  }

  private static <T> List<T> at(List<List<T>> portions, int part) {
    return part < portions.size() ? portions.get(part) : List.of();
  }

  /** At least one. */
  private static <T> List<List<T>> portions(List<T> all) {
    List<List<T>> portions = new ArrayList<>();
    List<T> next = new ArrayList<>();
    int bytes = 0;
    for (T item : all) {
      int own = bytes(item);
      if (!next.isEmpty() && (next.size() == PART || bytes + own > PART_BYTES)) {
        portions.add(List.copyOf(next));
        next.clear();
        bytes = 0;
      }
      next.add(item);
      bytes += own;
    }
    portions.add(List.copyOf(next));
    return portions;
  }

  /** Roughly what it takes on its way; names and addresses are bounded. */
  private static int bytes(Object item) {
    return item instanceof Upstream upstream
        ? upstream.instances().stream()
            .mapToInt(i -> 256 + i.tags().stream().mapToInt(t -> 2 + t.length()).sum())
            .sum()
        : 1024;
  }

  /** What is not critical may be used; a warning lowers the weight, as its registration says. */
  private static Upstream upstream(String namespace, ServiceChanged service) {
    List<Instance> instances = new ArrayList<>();
    for (ServiceEntry entry : service.entries()) {
      Status status = entry.status();
      int weight =
          status == Status.PASSING
              ? entry.service().registration().weights().passing()
              : entry.service().registration().weights().warning();
      if (status != Status.CRITICAL && weight > 0) {
        String own = entry.service().registration().address();
        instances.add(
            new Instance(
                entry.node().name(),
                entry.service().id(),
                own.isEmpty() ? entry.node().address() : own,
                entry.service().registration().port(),
                weight,
                entry.service().registration().tags(),
                status == Status.WARNING));
      }
    }
    Map<String, String> meta = service.entries().get(0).service().registration().meta();
    return Upstream.of(namespace, service.name(), meta, instances);
  }
}
