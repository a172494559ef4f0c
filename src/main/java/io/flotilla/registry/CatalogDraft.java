package io.flotilla.registry;

import io.flotilla.entity.Draft;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * A catalog while a batch is decided. What is registered again as it was changes nothing, and no
 * index.
 */
public final class CatalogDraft extends Draft<CatalogState, CatalogChange> {
  private static final String EXPIRED = "TTL expired";

  /** A chain of aliases is followed this far: it may be a ring. */
  private static final int MAX_ALIASES = 8;

  private final Consumer<Check> alive;
  private int following;

  /**
   * @param at now
   * @param alive hears of each TTL check whose TTL starts (again) now, whether or not anything is
   *     stored
   */
  public CatalogDraft(
      EntityState<CatalogState, CatalogChange> state, Moment at, Consumer<Check> alive) {
    super(state, at);
    this.alive = alive;
  }

  /** A draft on this one's state, whose changes may be taken or dropped. */
  CatalogDraft attempt() {
    return new CatalogDraft(whole(), at(), alive);
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

  Result.Done done() {
    return new Result.Done(true, state().index());
  }

  Service agentService(String id, String at) {
    Service service = all().agentService(id, at);
    if (service == null) {
      throw new Refusal("unknown-service", "Unknown service ID \"" + id + "\".");
    }
    return service;
  }

  Check agentCheck(String id, String at) {
    Check check = all().agentCheck(id, at);
    if (check == null) {
      throw unknownCheck(id);
    }
    return check;
  }

  static Refusal unknownCheck(String id) {
    return new Refusal(
        "unknown-check",
        "Unknown check ID \"" + id + "\". Ensure that the check ID is passed, not the check name.");
  }

  /** The refusal of a check whose service isn't there. */
  static Refusal missingService(String id) {
    return new Refusal("missing-service", "ServiceID \"" + id + "\" does not exist.");
  }

  static void refuseReserved(Check check) {
    if (Check.isReserved(check.id())) {
      throw new Refusal(
          "reserved-id", "The check ID \"" + check.id() + "\" is that of Flotilla itself.");
    }
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
      mirror(service.id());
    }
  }

  void put(Check given) {
    Check check = Aliases.mirrored(all(), given, nowMillis());
    Check old = all().checks().get(check.key());
    long since = old != null && old.critical() ? old.standing().criticalSinceMillis() : nowMillis();
    Check dated = check.standing(check.status(), check.output(), since);
    if (old == null || !old.isSameAs(dated)) {
      change(new CatalogChange.CheckPut(nextIndex(), dated));
      mirror(check.serviceId());
    }
  }

  /** What stands for a service stands as that does now; a node's checks count for many. */
  private void mirror(String serviceId) {
    if (following == MAX_ALIASES) {
      return;
    }
    following++;
    all().aliasesOf(serviceId).forEach(this::put);
    following--;
  }

  void alive(Check check) {
    if (check.definition().hasTtl()) {
      alive.accept(check);
    }
  }

  /** Removes a service with its checks. */
  void remove(Service service) {
    all().checksOf(service.node(), service.id()).forEach(this::remove);
    change(new CatalogChange.ServiceGone(nextIndex(), service.key()));
    mirror(service.id());
  }

  void remove(Check check) {
    change(new CatalogChange.CheckGone(nextIndex(), check.key()));
    mirror(check.serviceId());
  }

  void removeNode(String name) {
    change(new CatalogChange.NodeGone(nextIndex(), name, all().members().contains(name)));
    mirror("");
  }
}
