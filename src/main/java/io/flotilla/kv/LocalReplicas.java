package io.flotilla.kv;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This node's own copies of namespaces, for reads that may be stale. A copy is brought up to what
 * this node has of the log when it is asked, and not before.
 */
public final class LocalReplicas {
  private static final int KEPT = 64;

  /** What this node has of a persistence id's log. */
  public interface LocalLog {
    /** What follows the event with this number. */
    Tail after(String persistenceId, long sequenceNr);

    /** Milliseconds since the leader was last heard. */
    long leaderContactMillis();
  }

  /**
   * @param snapshot to start from, if the events do not follow what is known
   */
  public record Tail(Optional<Object> snapshot, List<Object> events, long sequenceNr) {}

  /**
   * @param leaderContactMillis how old the answer may be
   */
  public record Stale(Result result, long leaderContactMillis) {}

  private static final class Replica {
    private KeySpaceState state = KeySpaceState.empty();
    private long sequenceNr;

    synchronized KeySpaceState catchUp(String persistenceId, LocalLog log) {
      Tail tail = log.after(persistenceId, sequenceNr);
      KeySpaceState next = tail.snapshot().map(KeySpaceState.class::cast).orElse(state);
      for (Object event : tail.events()) {
        next = next.apply((Committed) event);
      }
      state = next;
      sequenceNr = tail.sequenceNr();
      return state;
    }
  }

  private final LocalLog log;
  private final Map<String, Replica> replicas =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Replica> eldest) {
          return size() > KEPT;
        }
      };

  public LocalReplicas(LocalLog log) {
    this.log = log;
  }

  /** Answers from this node's copy, at once. May take as long as reading what is new in the log. */
  public Stale query(String namespace, Op.Read read) {
    long contact = log.leaderContactMillis();
    KeySpaceState state = replica(namespace).catchUp(KeySpace.persistenceId(namespace).id(), log);
    return new Stale(state.query(read), contact);
  }

  private synchronized Replica replica(String namespace) {
    return replicas.computeIfAbsent(namespace, n -> new Replica());
  }
}
