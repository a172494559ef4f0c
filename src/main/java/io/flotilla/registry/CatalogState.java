package io.flotilla.registry;

import io.flotilla.entity.ModelState;
import io.flotilla.entity.Moment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * The catalog of a namespace, immutable.
 *
 * @param index of the last change; 1 before the first, so that a client that saw nothing can wait
 *     for the first change
 * @param events the latest that were fired, and {@code eventTime} the number of the last
 */
public record CatalogState(
    long index,
    Registrations registrations,
    Indexes indexes,
    PVector<UserEvent> events,
    long eventTime,
    Queries queries)
    implements ModelState<CatalogState, CatalogChange> {

  public static CatalogState empty() {
    return new CatalogState(
        1, Registrations.none(), Indexes.none(), TreePVector.empty(), 0, Queries.none());
  }

  @Override
  public long bytes() {
    return registrations.bytes()
        + events.stream().mapToLong(UserEvent::bytes).sum()
        + queries.bytes();
  }

  @Override
  public Stream<CatalogPart> parts() {
    return CatalogPart.of(this);
  }

  @Override
  public CatalogState with(List<?> parts) {
    CatalogState state = this;
    for (Object part : parts) {
      state = ((CatalogPart) part).addTo(state);
    }
    return state;
  }

  @Override
  public CatalogChange restored(long at) {
    return new CatalogChange.Restored(at);
  }

  @Override
  public CatalogState apply(CatalogChange change, Moment at) {
    return new Draft(this).apply(change).done();
  }

  /** The paths whose answers these may alter. */
  Set<String> touchedBy(List<CatalogChange> changes) {
    Draft next = new Draft(this);
    changes.forEach(next::apply);
    return next.touched;
  }

  /** The next state while it is made; its parts are immutable themselves. */
  private static final class Draft {
    private final Set<String> touched = new LinkedHashSet<>();
    private long index;
    private Registrations registrations;
    private Indexes indexes;
    private PVector<UserEvent> events;
    private long eventTime;
    private Queries queries;

    Draft(CatalogState from) {
      index = from.index;
      registrations = from.registrations;
      indexes = from.indexes;
      events = from.events;
      eventTime = from.eventTime;
      queries = from.queries;
    }

    CatalogState done() {
      return new CatalogState(index, registrations, indexes, events, eventTime, queries);
    }

    Draft apply(CatalogChange change) {
      index = change.index();
      if (change instanceof CatalogChange.NodePut p) {
        put(p.node());
      } else if (change instanceof CatalogChange.NodeGone g) {
        nodeGone(g.node());
      } else if (change instanceof CatalogChange.ServicePut p) {
        put(p.service());
      } else if (change instanceof CatalogChange.ServiceGone g) {
        serviceGone(g.service());
      } else if (change instanceof CatalogChange.CheckPut p) {
        put(p.check());
      } else if (change instanceof CatalogChange.CheckGone g) {
        checkGone(g.check());
      } else if (change instanceof CatalogChange.EventFired f) {
        fired(f.event());
      } else if (change instanceof CatalogChange.QueryPut p) {
        queries = queries.with(p.query().appliedAt(index, queries.get(p.query().id())));
        touch(CatalogPaths.QUERIES);
      } else if (change instanceof CatalogChange.QueryGone g) {
        queries = queries.without(g.query());
        touch(CatalogPaths.QUERIES);
      } else if (change instanceof CatalogChange.Restored) {
        indexes = indexes.restored(index);
      }
      return this;
    }

    private void put(Node node) {
      Registrations before = registrations;
      Node old = before.nodes().get(node.name());
      registrations = before.with(node.appliedAt(index, old));
      touch(CatalogPaths.NODES);
      touch(CatalogPaths.node(node.name()));
      touchNode(before, node.name());
    }

    private void nodeGone(String name) {
      Registrations before = registrations;
      registrations = before.withoutNode(name);
      touch(CatalogPaths.NODES);
      touchNode(before, name);
      retire(CatalogPaths.node(name));
    }

    private void put(Service service) {
      Service old = registrations.services().get(service.key());
      registrations = registrations.with(service.appliedAt(index, old));
      touchHealth(service);
      boolean renamed = old != null && !old.name().equals(service.name());
      if (old == null
          || renamed
          || !old.registration().tags().equals(service.registration().tags())) {
        touch(CatalogPaths.SERVICES);
      }
      if (renamed) {
        left(old.name());
      }
      if (old != null && old.registration().perNode() != service.registration().perNode()) {
        touch(CatalogPaths.CHECKS); // other nodes list its checks no more
      }
    }

    private void serviceGone(Key key) {
      Service old = registrations.services().get(key);
      touchHealth(old);
      registrations = registrations.withoutService(key);
      touch(CatalogPaths.SERVICES);
      left(old.name());
      if (old.agent() && registrations.agentServices(old.id()).isEmpty()) {
        retire(CatalogPaths.agent(old.id()));
      }
    }

    /** A service of this name is gone, maybe the last. */
    private void left(String name) {
      if (registrations.isNamed(name)) {
        touch(CatalogPaths.service(name));
      } else {
        retire(CatalogPaths.service(name));
      }
    }

    private void put(Check check) {
      Registrations before = registrations;
      Check old = before.checks().get(check.key());
      registrations = before.with(check.appliedAt(index, old));
      touchCheck(before, check);
      if (old != null && !old.serviceId().equals(check.serviceId())) {
        touchCheck(before, old);
      }
    }

    private void checkGone(Key key) {
      Registrations before = registrations;
      registrations = before.withoutCheck(key);
      touchCheck(before, before.checks().get(key));
    }

    private void touchCheck(Registrations before, Check check) {
      touch(CatalogPaths.CHECKS);
      touch(CatalogPaths.node(registrations.home(check)));
      if (check.isOfNode()) {
        touchNode(before, check.node());
        return;
      }
      Service service = registrations.services().get(new Key(check.node(), check.serviceId()));
      if (service != null) {
        touchHealth(service);
      }
    }

    /** A node changed, or a check that counts for all that is there. */
    private void touchNode(Registrations before, String node) {
      touch(CatalogPaths.node(before.home(node)));
      touch(CatalogPaths.node(registrations.home(node)));
      for (Service s : registrations.affected(before, node)) {
        touchHealth(s);
        touch(CatalogPaths.node(before.home(s)));
      }
    }

    private void touchHealth(Service service) {
      touch(CatalogPaths.service(service.name()));
      touch(CatalogPaths.INSTANCES);
      touch(CatalogPaths.node(registrations.home(service)));
      if (service.agent()) {
        touch(CatalogPaths.agent(service.id()));
      }
    }

    private void fired(UserEvent event) {
      eventTime = event.time();
      events = events.plus(event);
      if (events.size() > UserEvent.KEPT) {
        events = events.minus(0);
      }
      touch(CatalogPaths.EVENTS);
    }

    private void touch(String path) {
      touched.add(path);
      indexes = indexes.touched(path, index);
    }

    private void retire(String path) {
      touched.add(path);
      indexes = indexes.retired(path, index);
    }
  }
}
