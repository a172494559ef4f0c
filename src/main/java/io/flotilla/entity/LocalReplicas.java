package io.flotilla.entity;

import akka.persistence.typed.PersistenceId;
import io.flotilla.memory.Recent;
import io.flotilla.wire.Partial;
import io.flotilla.wire.Parts;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * This node's own copies of entities, for reads that may be stale. A copy takes in what this node
 * has of the log when it is asked, and not before.
 *
 * @param <S> the state of this kind of entity
 */
public final class LocalReplicas<S extends ModelState<S, ?>> {
  private static final int KEPT = 64;

  /** What this node has of a persistence id's log. */
  public interface LocalLog {
    /** Whether there is anything of it. */
    boolean has(String persistenceId);

    /** What follows the event with this number. */
    Tail after(String persistenceId, long sequenceNr);

    /** How old what it has may be. */
    LeaderContact leaderContact();
  }

  /**
   * @param anew whether the events don't follow what is known
   * @param snapshot to start from then; none: from nothing
   */
  public record Tail(boolean anew, Optional<Parts> snapshot, List<?> events, long sequenceNr) {}

  /**
   * @param contact how old the answer may be
   */
  public record Stale<R extends Result>(R result, LeaderContact contact) {}

  static final class Replica<S extends ModelState<S, C>, C extends Fact> {
    private final String persistenceId;
    private final S empty;

    /** Given up when memory is needed, and then made again from the log. */
    private SoftReference<EntityState<S, C>> known = new SoftReference<>(null);

    private long sequenceNr;

    Replica(String persistenceId, S empty) {
      this.persistenceId = persistenceId;
      this.empty = empty;
    }

    synchronized S catchUp(LocalLog log) {
      EntityState<S, C> state = known.get();
      Tail tail = log.after(persistenceId, state == null ? 0 : sequenceNr);
      EntityState<S, C> next =
          tail.snapshot()
              .map(checkpoint -> EntityState.read(empty, checkpoint).state())
              .orElse(state == null || tail.anew() ? EntityState.of(empty) : state);
      for (Object stored : tail.events()) {
        next = next.apply(Restoration.event(Partial.known(stored), empty));
      }
      known = new SoftReference<>(next);
      sequenceNr = tail.sequenceNr();
      return next.model();
    }
  }

  private final LocalLog log;
  private final Function<String, Replica<S, ?>> fresh;
  private final Map<String, Replica<S, ?>> replicas = new Recent<>(KEPT);

  private LocalReplicas(LocalLog log, Function<String, Replica<S, ?>> fresh) {
    this.log = log;
    this.fresh = fresh;
  }

  /**
   * @param persistenceId of a namespace
   */
  public static <S extends ModelState<S, C>, C extends Fact> LocalReplicas<S> of(
      LocalLog log, Function<String, PersistenceId> persistenceId, S empty) {
    return new LocalReplicas<>(
        log, namespace -> new Replica<>(persistenceId.apply(namespace).id(), empty));
  }

  /** Answers from this node's copy, at once. May take as long as reading what is new in the log. */
  public <R extends Result> Stale<R> query(String namespace, Operation.Read<S, R> read) {
    LeaderContact contact = log.leaderContact();
    return new Stale<>(read.on(state(replica(namespace))), contact);
  }

  /** This node's copy, at once. May take as long as reading what is new in the log. */
  public S state(String namespace) {
    return state(replica(namespace));
  }

  public LeaderContact leaderContact() {
    return log.leaderContact();
  }

  /** What the copy is now. May take as long as reading what is new in the log. */
  S state(Replica<S, ?> replica) {
    return replica.catchUp(log);
  }

  /** A copy of what doesn't exist is not kept: it would take the place of one that does. */
  synchronized Replica<S, ?> replica(String namespace) {
    Replica<S, ?> known = replicas.get(namespace);
    if (known != null) {
      return known;
    }
    Replica<S, ?> other = fresh.apply(namespace);
    if (log.has(other.persistenceId)) {
      replicas.put(namespace, other);
    }
    return other;
  }
}
