package io.flotilla.kv;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;

/** The answer to one {@link Op}. Its index is what Consul sends as X-Consul-Index, at least 1. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "t")
@JsonSubTypes({
  @Type(value = Result.Entries.class, name = "e"),
  @Type(value = Result.Keys.class, name = "k"),
  @Type(value = Result.SessionList.class, name = "s"),
  @Type(value = Result.Changes.class, name = "h"),
  @Type(value = Result.Unchanged.class, name = "u"),
  @Type(value = Result.Done.class, name = "d"),
  @Type(value = Result.Acquired.class, name = "a"),
  @Type(value = Result.SessionCreated.class, name = "c"),
  @Type(value = Result.TxnDone.class, name = "t"),
  @Type(value = Result.TxnFailed.class, name = "f"),
  @Type(value = Result.Refused.class, name = "r"),
})
public sealed interface Result extends KvMessage {

  /** A list, which may be too long for one message: it travels in runs that are joined again. */
  sealed interface Many<E> extends Result {
    long index();

    List<E> items();

    /** The same answer with other items. */
    Many<E> of(List<E> some);

    /** Roughly what an item occupies. */
    long bytes(E item);

    default long bytes() {
      return items().stream().mapToLong(this::bytes).sum();
    }

    default Many<E> join(Many<?> more) {
      List<E> all = new ArrayList<>(items());
      @SuppressWarnings("unchecked") // both are runs of one answer
      List<E> rest = (List<E>) more.items();
      all.addAll(rest);
      return of(all);
    }
  }

  /** Sorted by key; empty when nothing matched. */
  record Entries(long index, List<Entry> items) implements Many<Entry> {
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
  record Keys(long index, List<String> items) implements Many<String> {
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
  record SessionList(long index, List<Session> items) implements Many<Session> {
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
  record Changes(long index, boolean compacted, List<Happening> items) implements Result {}

  /** A read with a minIndex has no newer answer yet; the asker is told of the next change. */
  record Unchanged(long index) implements Result {}

  /**
   * A write was decided.
   *
   * @param ok false when its condition did not hold, and then nothing was changed
   */
  record Done(boolean ok, long index) implements Result {}

  /** The session holds the lock, under this fencing token. */
  record Acquired(long index, long fence) implements Result {}

  record SessionCreated(long index, String id) implements Result {}

  /** A transaction was done; what its operations answer, in their order. */
  record TxnDone(long index, List<Entry> items) implements Many<Entry> {
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
  record TxnFailed(long index, List<TxnError> errors) implements Result {}

  /**
   * @param op the operation's place in the transaction, from 0
   */
  record TxnError(int op, String message) implements KvMessage {}

  /** The operation cannot be done as asked; nothing was changed. The code is stable. */
  record Refused(String code, String message) implements Result {}
}
