package io.flotilla.entity;

import java.util.ArrayList;
import java.util.List;

/**
 * The answer to one {@link Operation}. Its index is what Consul sends as X-Consul-Index, at least
 * 1. Each kind of entity has results of its own; those that every kind needs are here.
 */
public interface Result {
  /** Roughly what it occupies on its way. */
  default long bytes() {
    return 32;
  }

  /** A list, which may be too long for one message: see {@link Begun}. */
  interface Many<E> extends Result {
    long index();

    List<E> items();

    /** The same answer with other items. */
    Many<E> of(List<E> some);

    /** Roughly what an item occupies. */
    long bytes(E item);

    @Override
    default long bytes() {
      return 32 + items().stream().mapToLong(this::bytes).sum();
    }

    /** The items from one place to before another. */
    default Many<E> run(int from, int end) {
      return from == 0 && end == items().size()
          ? this
          : of(List.copyOf(items().subList(from, end)));
    }

    /**
     * Where a run that begins there ends: before the first item that would follow when it has this
     * many bytes.
     */
    default int end(int from, long bytes) {
      long sum = 0;
      int end = from;
      while (end < items().size() && sum < bytes) {
        sum += bytes(items().get(end++));
      }
      return end;
    }

    default Many<E> join(Many<?> more) {
      List<E> all = new ArrayList<>(items());
      @SuppressWarnings("unchecked") // both are runs of one answer
      List<E> rest = (List<E>) more.items();
      all.addAll(rest);
      return of(all);
    }
  }

  /**
   * The beginning of a long list.
   *
   * @param rest asks for what follows
   */
  record Begun(Many<?> run, Operation.More rest) implements Result {
    @Override
    public long bytes() {
      return 64 + run.bytes();
    }
  }

  /** The answer to the batch is full: the read is to be asked again with the next one. */
  record Later() implements Result {}

  /**
   * A read with a minIndex has no newer answer yet; the asker is notified of the next change.
   *
   * @param awaited what it is notified of
   */
  record Unchanged(long index, Interest awaited) implements Result {}

  /**
   * A write was decided.
   *
   * @param ok false when its condition did not hold, and then nothing was changed
   */
  record Done(boolean ok, long index) implements Result {}

  /** The operation cannot be done as asked; nothing was changed. The code is stable. */
  record Refused(String code, String message) implements Result {}
}
