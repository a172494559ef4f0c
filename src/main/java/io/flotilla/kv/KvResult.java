package io.flotilla.kv;

import io.flotilla.entity.Result;
import java.util.List;

/** The answer to an {@link Op}, unless it is one that every kind of entity gives. */
public sealed interface KvResult extends Result {

  /** Sorted by key; empty when nothing matched. */
  record Entries(long index, List<Entry> items) implements KvResult, Result.Many<Entry> {
    @Override
    public Entries of(List<Entry> some) {
      return new Entries(index, some);
    }

    @Override
    public long bytes(Entry item) {
      return item.bytes();
    }
  }

  /** Sorted; empty when nothing matched. */
  record Keys(long index, List<String> items) implements KvResult, Result.Many<String> {
    @Override
    public Keys of(List<String> some) {
      return new Keys(index, some);
    }

    @Override
    public long bytes(String item) {
      return item.length() + 8L;
    }
  }

  /** Sorted by id. */
  record SessionList(long index, List<Session> items) implements KvResult, Result.Many<Session> {
    @Override
    public SessionList of(List<Session> some) {
      return new SessionList(index, some);
    }

    @Override
    public long bytes(Session item) {
      return item.bytes();
    }
  }

  /**
   * What happened, in order.
   *
   * @param index all up to here has been told; ask for more after it
   * @param compacted changes after the index asked for are forgotten up to {@code index}
   */
  record Changes(long index, boolean compacted, List<Happening> items) implements KvResult {
    @Override
    public long bytes() {
      return 32 + items.stream().mapToLong(Happening::bytes).sum();
    }
  }

  /** The session holds the lock, under this fencing token. */
  record Acquired(long index, long fence) implements KvResult {}

  record SessionCreated(long index, String id) implements KvResult {}

  /** A transaction was done; what its operations answer, in their order. */
  record TxnDone(long index, List<Entry> items) implements KvResult, Result.Many<Entry> {
    @Override
    public TxnDone of(List<Entry> some) {
      return new TxnDone(index, some);
    }

    @Override
    public long bytes(Entry item) {
      return item.bytes();
    }
  }

  /** Nothing of the transaction was done. */
  record TxnFailed(long index, List<TxnError> errors) implements KvResult {}

  /**
   * @param op the operation's place in the transaction, from 0
   */
  record TxnError(int op, String message) {}
}
