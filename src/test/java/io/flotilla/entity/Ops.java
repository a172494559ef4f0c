package io.flotilla.entity;

/** Operations as a client's requests make them. */
public final class Ops {
  private Ops() {}

  /** A write that may be repeated with the same id; null: without an id. */
  public static <D, R extends Result> Operation<R> once(Operation.Write<D, R> write, String id) {
    return id == null
        ? write
        : new Operation.Once<>(write, id, write.getClass().getName().hashCode());
  }

  /** A read that waits; 0: one that does not. */
  public static <S, R extends Result> Operation<R> news(Operation.Read<S, R> read, long minIndex) {
    return minIndex == 0 ? read : new Operation.News<>(read, minIndex);
  }
}
