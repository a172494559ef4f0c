package io.flotilla.registry;

import io.flotilla.entity.BatchDecision;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Decides the writes of one batch. What is registered again as it was changes nothing, and no
 * index.
 */
public final class CatalogDecision extends BatchDecision<CatalogState, CatalogChange> {
  private static final String EXPIRED = "TTL expired";

  private final Consumer<Check> alive;

  /**
   * @param at now
   * @param alive told of each TTL check whose TTL starts (again) now, whether or not anything is
   *     stored
   */
  public CatalogDecision(
      EntityState<CatalogState, CatalogChange> state, Moment at, Consumer<Check> alive) {
    super(state, at);
    this.alive = alive;
  }

  @Override
  protected Result decideOnce(Operation.Write op) {
    if (op instanceof CatalogOp.RegisterService r) {
      return new AgentWrites(this).register(r);
    } else if (op instanceof CatalogOp.DeregisterService d) {
      return new AgentWrites(this).deregisterService(d.id());
    } else if (op instanceof CatalogOp.RegisterCheck r) {
      return new AgentWrites(this).register(r);
    } else if (op instanceof CatalogOp.DeregisterCheck d) {
      return new AgentWrites(this).deregisterCheck(d.id());
    } else if (op instanceof CatalogOp.UpdateCheck u) {
      return new AgentWrites(this).update(u);
    } else if (op instanceof CatalogOp.ServiceMaintenance m) {
      return new AgentWrites(this).maintain(m);
    } else if (op instanceof CatalogOp.NodeMaintenance m) {
      return new AgentWrites(this).maintain(m);
    } else if (op instanceof CatalogOp.RegisterNode r) {
      return new NodeWrites(this).register(r);
    } else if (op instanceof CatalogOp.DeregisterNode d) {
      return new NodeWrites(this).deregister(d);
    } else if (op instanceof CatalogOp.PutMember p) {
      return new MemberWrites(this).put(p.member());
    } else if (op instanceof CatalogOp.SerfHealth h) {
      return new MemberWrites(this).health(h);
    } else if (op instanceof CatalogOp.RemoveMember r) {
      return new MemberWrites(this).remove(r.node());
    } else if (op instanceof CatalogOp.ReportCheck r) {
      return report(r);
    } else if (op instanceof CatalogOp.FireEvent f) {
      change(new CatalogChange.EventFired(nextIndex(), f.event().at(state().eventTime() + 1)));
      return done();
    }
    throw new IllegalArgumentException("no such write: " + op);
  }

  private Result report(CatalogOp.ReportCheck r) {
    Check check = all().checks().get(r.check());
    if (check == null) {
      return unknownCheck(r.check().id());
    }
    if (check.definitionIndex() != r.definitionIndex()) {
      return new Result.Refused(
          "definition-changed", "The check " + check.id() + " was registered anew meanwhile.");
    }
    put(check.standing(r.status(), r.output(), nowMillis()));
    return done();
  }

  /** The TTL of these checks is over. */
  public void expire(Collection<Key> checks) {
    for (Key key : checks) {
      Check check = all().checks().get(key);
      if (check != null && !check.critical()) {
        String output =
            check.output().isEmpty()
                ? EXPIRED
                : EXPIRED + " (last output before timeout follows): " + check.output();
        put(check.standing(Status.CRITICAL, output, nowMillis()));
      }
    }
  }

  /** These checks were critical for too long: their services are deregistered. */
  public void reap(Collection<Key> checks) {
    for (Key key : checks) {
      Check check = all().checks().get(key);
      Service service =
          check == null ? null : all().services().get(new Key(key.node(), check.serviceId()));
      if (service != null && check.critical()) {
        remove(service);
      }
    }
  }

  // ---- what the writes are made of

  Registrations all() {
    return state().registrations();
  }

  long now() {
    return nowMillis();
  }

  Result done() {
    return new Result.Done(true, state().index());
  }

  static Result unknownCheck(String id) {
    return new Result.Refused(
        "unknown-check",
        "Unknown check ID \"" + id + "\". Ensure that the check ID is passed, not the check name.");
  }

  static Result unknownService(String id) {
    return new Result.Refused("unknown-service", "Unknown service ID \"" + id + "\".");
  }

  /** Of a check. */
  static Result missingService(String id) {
    return new Result.Refused("missing-service", "ServiceID \"" + id + "\" does not exist.");
  }

  static Result unknownNode(String name) {
    return new Result.Refused("unknown-node", "There is no node \"" + name + "\".");
  }

  void put(Node node) {
    Node old = all().nodes().get(node.name());
    if (old == null || !old.isSameAs(node)) {
      change(new CatalogChange.NodePut(nextIndex(), node));
    }
  }

  void put(Service service) {
    Service old = all().services().get(service.key());
    if (old == null || !old.isSameAs(service)) {
      change(new CatalogChange.ServicePut(nextIndex(), service));
    }
  }

  void put(Check check) {
    Check old = all().checks().get(check.key());
    long since = old != null && old.critical() ? old.criticalSinceMillis() : nowMillis();
    Check dated = check.standing(check.status(), check.output(), since);
    if (old == null || !old.isSameAs(dated)) {
      change(new CatalogChange.CheckPut(nextIndex(), dated));
    }
  }

  void alive(Check check) {
    if (check.definition().hasTtl()) {
      alive.accept(check);
    }
  }

  /** With its checks. */
  void remove(Service service) {
    all().checksOf(service.node(), service.id()).forEach(this::remove);
    change(new CatalogChange.ServiceGone(nextIndex(), service.key()));
  }

  void remove(Check check) {
    change(new CatalogChange.CheckGone(nextIndex(), check.key()));
  }

  void removeNode(String name) {
    change(new CatalogChange.NodeGone(nextIndex(), name));
  }

  private long nextIndex() {
    return state().index() + 1;
  }

  @Override
  protected int fingerprint(Operation.Write write) {
    return Fingerprint.of((CatalogOp.Write) write);
  }
}
