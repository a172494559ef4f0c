package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import io.flotilla.registry.CatalogResult.Changed;
import io.flotilla.registry.CatalogResult.ServiceChanged;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.Status;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import io.flotilla.registry.coordinator.Publish.FromFollower;
import io.flotilla.registry.coordinator.Publish.Part;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** Makes the table out of the catalogs, one version after another, and hands it out. */
final class Tables {
  /** How many services go into one message, which must stay below the largest that can be sent. */
  private static final int PART = 256;

  private final ActorRef<FromFollower> self;
  private final Balancer balancer;

  /** Those whose catalogs it has read. */
  private final Set<String> namespaces = new HashSet<>();

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
      } else if (!upstream(namespace, service).equals(known)) {
        differing.add(upstream(namespace, service));
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
      Version base = table.version();
      table = table.with(base.next(), differing, removed);
      balancer.update(table);
      send(base, first ? Set.of(namespace) : Set.of(), differing, removed, followers);
    }
  }

  /** All that is known here, to one that has nothing or has missed something. */
  void sendWhole(ActorRef<ToFollower> follower) {
    send(Version.NONE, namespaces, List.copyOf(table.upstreams()), List.of(), List.of(follower));
  }

  private void send(
      Version base,
      Set<String> anew,
      List<Upstream> changed,
      List<Table.Name> removed,
      Collection<ActorRef<ToFollower>> followers) {
    int size = Math.max(changed.size(), removed.size());
    int parts = Math.max(1, (size + PART - 1) / PART);
    for (int i = 0; i < parts; i++) {
      Part part =
          new Part(
              base,
              table.version(),
              i,
              i == parts - 1,
              i == 0 ? List.copyOf(anew) : List.of(),
              slice(changed, i),
              slice(removed, i),
              self);
      followers.forEach(f -> f.tell(part));
    }
  }

  private static <T> List<T> slice(List<T> all, int part) {
    int from = Math.min(part * PART, all.size());
    return List.copyOf(all.subList(from, Math.min(from + PART, all.size())));
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
                weight));
      }
    }
    Map<String, String> meta = service.entries().get(0).service().registration().meta();
    return Upstream.of(namespace, service.name(), meta, instances);
  }
}
