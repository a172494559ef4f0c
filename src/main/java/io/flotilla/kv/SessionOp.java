package io.flotilla.kv;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation.Read;
import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Result;
import io.flotilla.kv.Change.Reason;
import java.util.List;

/** What can be asked of sessions and done to them. */
public final class SessionOp {
  /** What a watcher of sessions watches. */
  static final Interest SESSIONS = Interest.named("sessions");

  private SessionOp() {}

  private interface SessionRead extends Read<KeySpaceState, KvResult.SessionList> {
    List<Session> found(KeySpaceState state);

    @Override
    default KvResult.SessionList on(KeySpaceState state) {
      return new KvResult.SessionList(index(state), found(state));
    }

    @Override
    default Interest interest() {
      return SESSIONS;
    }

    @Override
    default long index(KeySpaceState state) {
      return Math.max(1, state.sessions().index());
    }

    @Override
    default boolean matchesNothing(KeySpaceState state) {
      return found(state).isEmpty();
    }
  }

  public record Get(String id) implements SessionRead {
    @Override
    public List<Session> found(KeySpaceState state) {
      return state.sessions().list(id);
    }
  }

  /**
   * @param node only sessions of this node; null: all
   */
  public record ListAll(String node) implements SessionRead {
    @Override
    public List<Session> found(KeySpaceState state) {
      return state.sessions().all().stream()
          .filter(s -> node == null || node.equals(s.node()))
          .toList();
    }
  }

  /**
   * The session's TTL starts again. A read, as it changes nothing that is stored: when a session
   * expires is known to the living actor only.
   */
  public record Renew(String id) implements SessionRead {
    @Override
    public List<Session> found(KeySpaceState state) {
      return state.sessions().list(id);
    }
  }

  /**
   * @param session its id is new, and chosen by the asker, so that a repetition is recognised
   * @param most that its owner may have; 0: any number
   */
  public record Create(Session session, int most)
      implements Write<KeySpaceDraft, KvResult.SessionCreated> {
    @Override
    public KvResult.SessionCreated decide(KeySpaceDraft draft) {
      if (draft.state().sessions().get(session.id()) == null) {
        draft.state().sessions().owned().checkRoom(session.owner(), most, "sessions");
        draft.change(new Change.SessionCreated(draft.nextIndex(), session));
      }
      return new KvResult.SessionCreated(draft.state().index(), session.id());
    }
  }

  /** Ends a session; one that is not there has been ended already. */
  public record Destroy(String id) implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      draft.end(id, Reason.DESTROYED);
      return draft.unchanged(true);
    }
  }

  /**
   * A check of a machine that is no Flotilla node has become critical, or is gone: ends the
   * sessions of that machine that depend on it.
   *
   * @param check its id; empty: the machine itself is gone, and so all of its sessions end
   */
  public record FailCheckOn(String node, String check)
      implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      draft.state().sessions().all().stream()
          .filter(s -> s.node().equals(node) && (check.isEmpty() || s.dependsOn(check)))
          .map(Session::id)
          .toList()
          .forEach(id -> draft.end(id, Reason.CHECK_FAILED));
      return draft.unchanged(true);
    }
  }

  /**
   * A check has become critical, or is gone: ends the sessions that depend on it.
   *
   * @param check id of a node's or service's check
   */
  public record FailCheck(String check) implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      draft.state().sessions().all().stream()
          .filter(s -> s.dependsOn(check))
          .map(Session::id)
          .toList()
          .forEach(id -> draft.end(id, Reason.CHECK_FAILED));
      return draft.unchanged(true);
    }
  }
}
