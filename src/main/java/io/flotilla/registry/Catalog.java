package io.flotilla.registry;

import akka.actor.typed.Behavior;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import io.flotilla.entity.Committed;
import io.flotilla.entity.Deadlines;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.entity.LogClock;
import io.flotilla.entity.Model;
import io.flotilla.entity.Moment;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Watchers;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The registry of a namespace. It keeps the time of TTL checks, and of services that are
 * deregistered when they have been critical for long; other checks are made elsewhere and reported.
 */
public final class Catalog implements Model<CatalogState, CatalogChange> {

  public static final EntityTypeKey<EntityActor.Command> TYPE =
      EntityTypeKey.create(EntityActor.Command.class, "Catalog");

  /** Hears what concerns others; called within the actor, so it must not block. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Checks are critical or gone. Each is reported at least once, as after a recovery all critical
     * ones are. A machine that is gone is reported by an empty id, unless it was a Flotilla node.
     */
    void failed(Set<Key> checks);

    /** Something is registered here. */
    default void inUse() {}
  }

  private final LogClock time;
  private final Listener listener;

  /** TTLs, which start again with every sign of life and after every recovery. */
  private final Deadlines<Key> alive;

  /** Critical checks whose services are deregistered in the end. */
  private final Deadlines<Key> reaped;

  /** When this actor recovered: it heard of no check before that. */
  private long recoveredAt;

  /** The id of a namespace's catalog in the log. */
  public static PersistenceId persistenceId(String namespace) {
    return PersistenceId.ofUniqueId("Catalog|" + namespace);
  }

  /**
   * @param clock what is stored is dated by it, for people to read
   * @param stayAwake keeps the shard from putting the actor to sleep, see {@link EntityActor}
   * @param nanoTime measures how long something lasts
   */
  public static Behavior<EntityActor.Command> create(
      String namespace,
      ReadBarrier barrier,
      Clock clock,
      Runnable stayAwake,
      Listener listener,
      LongSupplier nanoTime) {
    return EntityActor.create(
        persistenceId(namespace),
        barrier,
        clock,
        stayAwake,
        time -> new Catalog(time, listener),
        nanoTime);
  }

  /** This node's own copies. */
  public static LocalReplicas<CatalogState> localReplicas(LocalReplicas.LocalLog log) {
    return LocalReplicas.of(log, Catalog::persistenceId, CatalogState.empty());
  }

  private Catalog(LogClock time, Listener listener) {
    this.time = time;
    this.listener = listener;
    this.alive = new Deadlines<>(time);
    this.reaped = new Deadlines<>(time);
  }

  @Override
  public CatalogState empty() {
    return CatalogState.empty();
  }

  @Override
  public CatalogDraft draft(EntityState<CatalogState, CatalogChange> state, Moment at) {
    return new CatalogDraft(
        state, at, check -> alive.start(check.key(), check.definition().ttlMillis()));
  }

  @Override
  public void touch(Committed<CatalogChange> event, CatalogState before, Watchers.Touched touched) {
    before.touchedBy(event.changes()).forEach(touched::key);
  }

  // ---- time

  @Override
  public void recovered(EntityState<CatalogState, CatalogChange> recovered) {
    CatalogState state = recovered.model();
    recoveredAt = time.millis();
    alive.clear();
    reaped.clear();
    Collection<Check> checks = state.registrations().checks().values();
    checks.forEach(this::watch);
    if (!state.registrations().nodes().isEmpty()) {
      listener.inUse();
    }
    tell(checks.stream().filter(Check::critical).map(Check::key).collect(Collectors.toSet()));
  }

  @Override
  public void stored(Committed<CatalogChange> event, CatalogState state) {
    for (CatalogChange change : event.changes()) {
      if (change instanceof CatalogChange.CheckPut p) {
        watch(p.check());
      } else if (change instanceof CatalogChange.CheckGone g) {
        alive.remove(g.check());
        reaped.remove(g.check());
      }
    }
    tell(failed(event.changes()));
    listener.inUse();
  }

  private void watch(Check check) {
    CheckDefinition definition = check.definition();
    if (!definition.hasTtl()) {
      alive.remove(check.key());
    } else if (!check.critical() && !alive.contains(check.key())) {
      alive.start(check.key(), definition.ttlMillis());
    }
    if (!check.critical() || definition.reapMillis() == 0) {
      reaped.remove(check.key());
    } else {
      long since = Math.max(check.standing().criticalSinceMillis(), recoveredAt);
      long due = since + definition.reapMillis();
      reaped.start(check.key(), Math.max(1, due - time.millis()));
    }
  }

  /**
   * The checks that these changes make critical or remove; whoever depends on them wants to know.
   */
  static Set<Key> failed(List<CatalogChange> changes) {
    Set<Key> failed = new LinkedHashSet<>();
    Set<Key> came = new HashSet<>();
    for (CatalogChange change : changes) {
      if (change instanceof CatalogChange.CheckGone g) {
        failed.add(g.check());
      } else if (change instanceof CatalogChange.NodeGone g) {
        failed.removeIf(k -> k.node().equals(g.node()) && g.member());
        if (!g.member()) {
          failed.add(new Key(g.node(), ""));
        }
      } else if (change instanceof CatalogChange.CheckPut p && p.check().critical()) {
        failed.add(p.check().key());
      } else if (change instanceof CatalogChange.ServicePut p) {
        came.add(p.service().key());
      } else if (change instanceof CatalogChange.CheckPut p && p.check().definition().isAlias()) {
        failed.remove(p.check().key()); // it looked for what was on its way
      } else if (change instanceof CatalogChange.CheckPut p && isMoved(p.check(), came)) {
        failed.removeIf(k -> k.id().equals(p.check().id()));
      }
    }
    return failed;
  }

  /** Rather than one of another host that has the same id. */
  private static boolean isMoved(Check check, Set<Key> came) {
    return check.isOfNode() || came.contains(new Key(check.node(), check.serviceId()));
  }

  private void tell(Set<Key> checks) {
    if (!checks.isEmpty()) {
      listener.failed(checks);
    }
  }

  @Override
  public boolean ticking() {
    return !alive.isEmpty() || !reaped.isEmpty();
  }

  /** What is over is dropped here even if there is nothing left to change. */
  @Override
  public CatalogDraft tick(EntityState<CatalogState, CatalogChange> state, Moment at) {
    List<Key> silent = alive.over();
    List<Key> dead = reaped.over();
    if (silent.isEmpty() && dead.isEmpty()) {
      return null;
    }
    silent.forEach(alive::remove);
    dead.forEach(reaped::remove);
    CatalogDraft draft = draft(state, at);
    draft.expire(silent);
    draft.reap(dead);
    return draft;
  }
}
