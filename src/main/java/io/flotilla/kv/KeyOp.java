package io.flotilla.kv;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation.Read;
import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What can be asked of keys and done to them. */
public final class KeyOp {
  private KeyOp() {}

  /** Length of a key in bytes, as the limits count it. */
  public static int keyBytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8).length;
  }

  // ---- reads

  public record Get(String key) implements Read<KeySpaceState, KvResult.Entries> {
    @Override
    public KvResult.Entries on(KeySpaceState state) {
      Entry entry = state.entries().get(key);
      return new KvResult.Entries(index(state), entry == null ? List.of() : List.of(entry));
    }

    @Override
    public Interest interest() {
      return Interest.key(key);
    }

    /** If the key isn't there, it is the namespace's index, as in Consul. */
    @Override
    public long index(KeySpaceState state) {
      return matchesNothing(state) ? state.index() : state.indexOf(state.entries().get(key));
    }

    @Override
    public boolean matchesNothing(KeySpaceState state) {
      return !state.entries().containsKey(key);
    }

    @Override
    public boolean quick() {
      return true;
    }
  }

  /**
   * A read of what is under a prefix. Where there is nothing, its index is that of the last change
   * in the folder the list would be in: so a client that asks for several in turn is not held up by
   * one that isn't there when another changes, and what changes elsewhere concerns nobody here.
   */
  private interface Under<R extends Result> extends Read<KeySpaceState, R> {
    String prefix();

    @Override
    default Interest interest() {
      return Interest.prefix(prefix());
    }

    @Override
    default long index(KeySpaceState state) {
      return matchesNothing(state)
          ? Math.max(1, state.history().lastUnder(Listing.folder(prefix())))
          : state.indexUnder(prefix());
    }

    @Override
    default boolean matchesNothing(KeySpaceState state) {
      return !state.hasUnder(prefix());
    }

    @Override
    default Interest awaited(KeySpaceState state) {
      return matchesNothing(state) ? Interest.prefix(Listing.folder(prefix())) : interest();
    }
  }

  public record ListEntries(String prefix) implements Under<KvResult.Entries> {
    @Override
    public KvResult.Entries on(KeySpaceState state) {
      List<Entry> found = new ArrayList<>();
      state.under(prefix).forEach(found::add);
      return new KvResult.Entries(index(state), found);
    }
  }

  /**
   * Keys only, cut after the first separator that follows the prefix; an empty separator cuts
   * nothing.
   */
  public record ListKeys(String prefix, String separator) implements Under<KvResult.Keys> {
    @Override
    public KvResult.Keys on(KeySpaceState state) {
      return new KvResult.Keys(index(state), Listing.keys(state.under(prefix), prefix, separator));
    }
  }

  /**
   * Every change after an index, as far as they are remembered. It has news once there is a change
   * after that.
   *
   * @param sessions whether to answer what happened to sessions too; then the prefix must be empty
   * @param after -1: none, only the index as it is now
   */
  public record Changes(String prefix, boolean sessions, long after)
      implements Read<KeySpaceState, KvResult.Changes> {
    @Override
    public KvResult.Changes on(KeySpaceState state) {
      return state.history().query(this, state.index());
    }

    @Override
    public Interest interest() {
      return sessions ? Interest.EVERYTHING : Interest.prefix(prefix);
    }

    @Override
    public long index(KeySpaceState state) {
      return state.index();
    }

    @Override
    public boolean matchesNothing(KeySpaceState state) {
      return false;
    }

    @Override
    public boolean hasNews(KeySpaceState state, long minIndex) {
      return state.history().hasNews(this);
    }

    /** What a watcher sees of it, or null. */
    KvEvent shows(KvEvent h) {
      return sessions ? h : h.under(prefix);
    }
  }

  // ---- writes

  /**
   * @param cas write only if the key's modifyIndex is this; 0 means only if the key does not exist
   * @param fence refuse unless this is still the latest fencing token of its lock; 0: no guard
   */
  public record Put(String key, byte[] value, long flags, OptionalLong cas, long fence)
      implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      checkFence(draft, fence);
      Entry old = draft.entry(key);
      if (cas.isPresent() && cas.getAsLong() != (old == null ? 0 : old.modifyIndex())) {
        return draft.unchanged(false);
      }
      return old == null
          ? draft.store(null, key, value, flags, 0, null, 0)
          : draft.store(old, key, value, flags, old.lockIndex(), old.session(), old.fence());
    }

    @Override
    public int bytes() {
      return key.length() + value.length + 64;
    }

    static Put plain(String key, byte[] value, long flags) {
      return new Put(key, value, flags, OptionalLong.empty(), 0);
    }
  }

  /**
   * @param cas delete only if the key's modifyIndex is this; 0 deletes nothing
   * @param fence as with {@link Put}
   */
  public record Delete(String key, OptionalLong cas, long fence)
      implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      checkFence(draft, fence);
      Entry old = draft.entry(key);
      if (old == null) {
        return draft.unchanged(true);
      }
      return cas.isPresent() && cas.getAsLong() != old.modifyIndex()
          ? draft.unchanged(false)
          : draft.done(new Change.Deleted(draft.nextIndex(), key));
    }
  }

  public record DeleteTree(String prefix) implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      return draft.state().hasUnder(prefix)
          ? draft.done(new Change.TreeDeleted(draft.nextIndex(), prefix))
          : draft.unchanged(true);
    }
  }

  private static void checkFence(KeySpaceDraft draft, long fence) {
    if (fence != 0 && !draft.state().fences().isLatest(fence)) {
      throw new Refusal(
          "stale-fencing-token",
          "The fencing token "
              + fence
              + " is not the latest of its lock: another has acquired it since, or it was never"
              + " given. Nothing was written; acquire the lock anew before you go on.");
    }
  }
}
