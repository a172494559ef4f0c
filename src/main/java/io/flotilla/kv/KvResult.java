package io.flotilla.kv;

import io.flotilla.entity.Result;
import java.util.List;

/** What operations on a key space answer, unless it is what every kind of entity does. */
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
   * @param index there is nothing more up to here; ask for more after it
   * @param compacted changes after the index asked for are forgotten up to {@code index}
   */
  record Changes(long index, boolean compacted, List<KvEvent> items) implements KvResult {
    @Override
    public long bytes() {
      return 32 + items.stream().mapToLong(KvEvent::bytes).sum();
    }
  }

  /**
   * @param ok whether the session holds the lock
   * @param fence the fencing token under which it does, or 0
   */
  record Acquired(boolean ok, long index, long fence) implements KvResult {}

  record SessionCreated(long index, String id) implements KvResult {}

  /**
   * @param items what the operations of a transaction answer, in their order
   * @param errors if there are any, nothing of it was done
   */
  record TxnResult(long index, List<Entry> items, List<TxnError> errors)
      implements KvResult, Result.Many<Entry> {
    @Override
    public TxnResult of(List<Entry> some) {
      return new TxnResult(index, some, errors);
    }

    @Override
    public long bytes(Entry item) {
      return item.bytes();
    }
  }

  /**
   * @param op the operation's place in the transaction, from 0
   */
  record TxnError(int op, String message) {}
}
