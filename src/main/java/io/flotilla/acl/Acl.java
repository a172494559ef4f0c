package io.flotilla.acl;

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
import java.util.List;
import java.util.function.LongSupplier;

/** Keeps the tokens, policies and roles of the cluster, and ends tokens whose time is over. */
public final class Acl implements Model<AclState, AclChange> {

  public static final EntityTypeKey<EntityActor.Command> TYPE =
      EntityTypeKey.create(EntityActor.Command.class, "Acl");

  /** The only one there is: it counts in all namespaces. */
  public static final String CLUSTER = "cluster";

  private final LogClock time;
  private final Deadlines<String> ends;

  /** The id in the log. */
  public static PersistenceId persistenceId(String name) {
    return PersistenceId.ofUniqueId("Acl|" + name);
  }

  /**
   * @param clock what is stored is dated by it, for people to read
   * @param stayAwake keeps the shard from putting the actor to sleep, see {@link EntityActor}
   * @param nanoTime measures how long something lasts
   */
  public static Behavior<EntityActor.Command> create(
      String name, ReadBarrier barrier, Clock clock, Runnable stayAwake, LongSupplier nanoTime) {
    return EntityActor.create(persistenceId(name), barrier, clock, stayAwake, Acl::new, nanoTime);
  }

  /** This node's own copy. */
  public static LocalReplicas<AclState> localReplicas(LocalReplicas.LocalLog log) {
    return LocalReplicas.of(log, Acl::persistenceId, AclState.empty());
  }

  private Acl(LogClock time) {
    this.time = time;
    this.ends = new Deadlines<>(time);
  }

  @Override
  public AclState empty() {
    return AclState.empty();
  }

  @Override
  public AclDraft draft(EntityState<AclState, AclChange> state, Moment at) {
    return new AclDraft(state, at);
  }

  /** Whoever waits for one of them waits for all. */
  @Override
  public void touch(Committed<AclChange> event, AclState before, Watchers.Touched touched) {
    if (!event.changes().isEmpty()) {
      touched.named("acl");
    }
  }

  // ---- time

  @Override
  public void recovered(EntityState<AclState, AclChange> recovered) {
    ends.clear();
    recovered.model().tokens().values().forEach(this::watch);
  }

  @Override
  public void stored(Committed<AclChange> event, AclState state) {
    for (AclChange change : event.changes()) {
      if (change instanceof AclChange.TokenPut p) {
        watch(p.token());
      } else if (change instanceof AclChange.TokenGone g) {
        ends.remove(g.accessor());
      }
    }
  }

  /** An end is a time of this entity, so a change of the token doesn't move it. */
  private void watch(AclToken token) {
    if (token.endsAt() != 0) {
      ends.start(token.accessor(), Math.max(1, token.endsAt() - time.millis()));
    }
  }

  @Override
  public boolean ticking() {
    return !ends.isEmpty();
  }

  @Override
  public AclDraft tick(EntityState<AclState, AclChange> state, Moment at) {
    List<String> over = ends.over();
    if (over.isEmpty()) {
      return null;
    }
    AclDraft draft = draft(state, at);
    draft.end(over);
    return draft;
  }
}
