package io.flotilla.kv;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** One operation on a namespace. Operations of one namespace happen one after another. */
public sealed interface Op extends Operation {

  /** What watches the sessions. */
  Interest SESSIONS = Interest.named("sessions");

  /** Changes nothing that is stored. */
  sealed interface Read extends Op, Operation.Read {
    @Override
    Op.Read atOnce();
  }

  /** May change the namespace. */
  sealed interface Write extends Op, Operation.Write {}

  record Get(String key, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(key);
    }

    @Override
    public Op.Read atOnce() {
      return new Get(key, 0);
    }

    @Override
    public boolean quick() {
      return true;
    }
  }

  record ListEntries(String prefix, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.prefix(prefix);
    }

    @Override
    public Op.Read atOnce() {
      return new ListEntries(prefix, 0);
    }
  }

  /**
   * Keys only, cut after the first separator that follows the prefix; an empty separator cuts
   * nothing.
   */
  record ListKeys(String prefix, String separator, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.prefix(prefix);
    }

    @Override
    public Op.Read atOnce() {
      return new ListKeys(prefix, separator, 0);
    }
  }

  /**
   * Every change after an index, as far as they are remembered.
   *
   * @param sessions what happened to sessions too, and then the prefix must be empty
   * @param after -1: none, only the index as it is now
   * @param minIndex {@code after} to wait for the next, or 0
   */
  record Changes(String prefix, boolean sessions, long after, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return sessions ? Interest.EVERYTHING : Interest.prefix(prefix);
    }

    @Override
    public Op.Read atOnce() {
      return new Changes(prefix, sessions, after, 0);
    }

    /** What is to be told of it, or null. */
    Happening shows(Happening h) {
      return sessions ? h : h.under(prefix);
    }
  }

  record GetSession(String id, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return SESSIONS;
    }

    @Override
    public Op.Read atOnce() {
      return new GetSession(id, 0);
    }
  }

  /**
   * @param node only sessions of this node; null: all
   */
  record ListSessions(String node, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return SESSIONS;
    }

    @Override
    public Op.Read atOnce() {
      return new ListSessions(node, 0);
    }
  }

  /**
   * The session's TTL starts again. A read, for it changes nothing that is stored: when a session
   * expires is known to the living actor only.
   */
  record RenewSession(String id) implements Read {
    @Override
    public Interest interest() {
      return SESSIONS;
    }

    @Override
    public long minIndex() {
      return 0;
    }

    @Override
    public Op.Read atOnce() {
      return this;
    }
  }

  /**
   * @param cas write only if the key's modifyIndex is this; 0 means only if the key does not exist
   * @param fence refuse unless this is still the latest fencing token of its lock; 0: no guard
   */
  record Put(String key, byte[] value, long flags, OptionalLong cas, long fence, String requestId)
      implements Write {

    @Override
    public int bytes() {
      return key.length() + value.length + 64;
    }

    static Put plain(String key, byte[] value, long flags, String requestId) {
      return new Put(key, value, flags, OptionalLong.empty(), 0, requestId);
    }
  }

  /** Writes and locks the key for the session, unless another session holds it. */
  record Acquire(String key, byte[] value, long flags, String session, String requestId)
      implements Write {
    @Override
    public int bytes() {
      return key.length() + value.length + 128;
    }
  }

  /** Writes and unlocks the key, if the session holds it. */
  record Release(String key, byte[] value, long flags, String session, String requestId)
      implements Write {
    @Override
    public int bytes() {
      return key.length() + value.length + 128;
    }
  }

  /**
   * @param cas delete only if the key's modifyIndex is this; 0 deletes nothing
   * @param fence as with {@link Put}
   */
  record Delete(String key, OptionalLong cas, long fence, String requestId) implements Write {}

  record DeleteTree(String prefix, String requestId) implements Write {}

  /**
   * @param session its id is new, and chosen by the asker, so that a repetition is recognised
   */
  record CreateSession(Session session, String requestId) implements Write {}

  /** Ends a session; one that is not there has been ended already. */
  record DestroySession(String id, String requestId) implements Write {}

  /**
   * A check has become critical, or is gone: ends the sessions that depend on it.
   *
   * @param check id of a node's or service's check
   */
  record FailCheck(String check, String requestId) implements Write {}

  /** Several operations that are done together or not at all. */
  record Txn(List<TxnOp> ops, String requestId) implements Write {
    /** So many at most, as in Consul. */
    public static final int MAX_OPS = 128;

    @Override
    public int bytes() {
      return 256 + ops.stream().mapToInt(o -> o.key().length() + o.value().length + 128).sum();
    }
  }

  /** Length of a key in bytes, as the limits count it. */
  static int keyBytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8).length;
  }
}
