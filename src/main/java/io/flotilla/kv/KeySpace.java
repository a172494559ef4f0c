package io.flotilla.kv;

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
import io.flotilla.entity.Operation;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Watchers;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;

/** A namespace of the key-value store, with its sessions. */
public final class KeySpace implements Model<KeySpaceState, Change> {

  public static final EntityTypeKey<EntityActor.Command> TYPE =
      EntityTypeKey.create(EntityActor.Command.class, "KeySpace");

  private final LogClock time;
  private final Runnable hasSessions;
  private final SessionMetrics.Of counted;
  private final Deadlines<String> deadlines;

  /** When the last lock-delay ends. */
  private long delayedUntil;

  /** The id of a namespace's key space in the log. */
  public static PersistenceId persistenceId(String namespace) {
    return PersistenceId.ofUniqueId("KeySpace|" + namespace);
  }

  /**
   * @param clock what is stored is dated by it, for people to read
   * @param stayAwake keeps the shard from putting the actor to sleep, see {@link EntityActor}
   * @param hasSessions run when there are sessions: should the actor's node die, somebody has to
   *     ask for the namespace, or its sessions never end. Called within the actor, so it must not
   *     block.
   * @param nanoTime measures how long something lasts
   */
  public static Behavior<EntityActor.Command> create(
      String namespace,
      ReadBarrier barrier,
      Clock clock,
      Runnable stayAwake,
      Runnable hasSessions,
      SessionMetrics metrics,
      LongSupplier nanoTime) {
    return EntityActor.create(
        persistenceId(namespace),
        barrier,
        clock,
        stayAwake,
        time -> new KeySpace(time, hasSessions, metrics.new Of()),
        nanoTime);
  }

  /** This node's own copies. */
  public static LocalReplicas<KeySpaceState> localReplicas(LocalReplicas.LocalLog log) {
    return LocalReplicas.of(log, KeySpace::persistenceId, KeySpaceState.empty());
  }

  private KeySpace(LogClock time, Runnable hasSessions, SessionMetrics.Of counted) {
    this.time = time;
    this.hasSessions = hasSessions;
    this.counted = counted;
    this.deadlines = new Deadlines<>(time);
  }

  @Override
  public KeySpaceState empty() {
    return KeySpaceState.empty();
  }

  @Override
  public KeySpaceDraft draft(EntityState<KeySpaceState, Change> state, Moment at) {
    return new KeySpaceDraft(state, at);
  }

  @Override
  public void touch(Committed<Change> event, KeySpaceState before, Watchers.Touched touched) {
    KeySpaceState state = before;
    for (Change change : event.changes()) {
      if (change instanceof Change.Stored s) {
        touched.key(s.key());
      } else if (change instanceof Change.Deleted d) {
        touched.key(d.key());
      } else if (change instanceof Change.Released r) {
        touched.key(r.key());
      } else if (change instanceof Change.TreeDeleted d) {
        state.under(d.prefix()).forEach(e -> touched.key(e.key()));
      } else {
        touched.named(SessionOp.SESSIONS.path());
      }
      state = state.apply(change, event.at());
    }
  }

  // ---- sessions

  @Override
  public void recovered(EntityState<KeySpaceState, Change> recovered) {
    KeySpaceState state = recovered.model();
    delayedUntil = state.lockDelays().lastMillis();
    deadlines.clear();
    Collection<Session> sessions = state.sessions().all();
    sessions.forEach(this::start);
    counted.are(sessions.size());
    if (!sessions.isEmpty()) {
      hasSessions.run();
    }
  }

  @Override
  public void stored(Committed<Change> event, KeySpaceState state) {
    for (Change change : event.changes()) {
      if (change instanceof Change.SessionCreated c) {
        start(c.session());
        hasSessions.run();
      } else if (change instanceof Change.SessionEnded e) {
        deadlines.remove(e.id());
        counted.ended(e.reason());
      }
    }
    counted.are(state.sessions().byId().size());
    delayedUntil = state.lockDelays().lastMillis();
  }

  @Override
  public void stopped() {
    counted.are(0);
  }

  @Override
  public void asked(Operation.Read<KeySpaceState, ?> read, KeySpaceState state) {
    if (read instanceof SessionOp.Renew renew && state.sessions().get(renew.id()) != null) {
      start(state.sessions().get(renew.id()));
    }
  }

  private void start(Session session) {
    deadlines.start(session.id(), session.lifeMillis());
  }

  /** If nobody asked for the time, it would stand still, and a lock-delay would not end. */
  @Override
  public boolean ticking() {
    return !deadlines.isEmpty() || delayedUntil > time.millis();
  }

  @Override
  public KeySpaceDraft tick(EntityState<KeySpaceState, Change> state, Moment at) {
    List<String> over = deadlines.over();
    if (over.isEmpty()) {
      return null;
    }
    KeySpaceDraft draft = draft(state, at);
    over.forEach(id -> draft.end(id, Change.Reason.EXPIRED));
    return draft;
  }
}
