package io.flotilla.entity;

import io.flotilla.wire.WhenUnknown;

/**
 * One operation on an entity. Operations of one entity happen one after another.
 *
 * @param <R> what it answers
 */
@WhenUnknown(Operation.Unknown.class)
public interface Operation<R extends Result> {
  /** Roughly what it occupies on its way, for the limits of a batch. */
  default int bytes() {
    return 256;
  }

  /** Whether it may change the entity, and so must not be done twice. */
  default boolean writes() {
    return false;
  }

  /** The answer is wanted once its index is above this; 0 means at once. */
  default long minIndex() {
    return 0;
  }

  /** The same question, to be answered at once. */
  default Operation<R> atOnce() {
    return this;
  }

  /**
   * Changes nothing that is stored; can be asked again at any time.
   *
   * @param <S> the state that it is asked of
   */
  @WhenUnknown(Unknown.class)
  interface Read<S, R extends Result> extends Operation<R> {
    /** May be called on any thread. */
    R on(S state);

    /** What a watcher of the answer watches. */
    Interest interest();

    /** The index of the answer, at least 1. */
    long index(S state);

    /** Whether what is asked for isn't there. */
    boolean matchesNothing(S state);

    /**
     * Whether an answer has come up since one with this index. Where nothing matches, any other
     * index will do: one that is above the answer's is of another time or place, and would be
     * waited for in vain.
     */
    default boolean hasNews(S state, long minIndex) {
      long now = index(state);
      return now > minIndex || now < minIndex && matchesNothing(state);
    }

    /** What is waited for while there is no news. */
    default Interest awaited(S state) {
      return interest();
    }

    /** Whether it takes next to no time to find the answer, however large the state is. */
    default boolean quick() {
      return false;
    }
  }

  /** A read that waits until its answer's index is above one that is known (a blocking query). */
  record News<S, R extends Result>(Read<S, R> read, long minIndex) implements Operation<R> {
    @Override
    public int bytes() {
      return read.bytes();
    }

    @Override
    public Operation<R> atOnce() {
      return read;
    }
  }

  /**
   * The next page of a list whose beginning was answered, see {@link Result.Begun}.
   *
   * @param incarnation of the entity that answered it
   * @param view the list as it was then
   * @param from the place of the page's first item
   */
  record More(long incarnation, long view, int from) implements Operation<Result> {}

  /**
   * May change the entity.
   *
   * @param <D> the draft on which it is decided
   */
  @WhenUnknown(Unknown.class)
  interface Write<D, R extends Result> extends Operation<R> {
    /**
     * Decides what it changes.
     *
     * @throws Refusal if it can't be done as asked; then nothing is changed
     */
    R decide(D draft);

    /**
     * Whether it is done however much is stored, see {@link Quota}: it reports how something stored
     * is doing, and adds at most a bounded number of bytes.
     */
    default boolean isUpkeep() {
      return false;
    }

    @Override
    default boolean writes() {
      return true;
    }
  }

  /**
   * A write that its client may repeat: the second time it is answered as it was the first.
   *
   * @param id which the client chose
   * @param fingerprint of what was asked: tells a repetition from another request that was given
   *     the same id by mistake
   */
  record Once<D, R extends Result>(Write<D, R> write, String id, int fingerprint)
      implements Operation<R> {
    @Override
    public int bytes() {
      return write.bytes() + id.length();
    }

    @Override
    public boolean writes() {
      return true;
    }
  }

  /**
   * Stands for an operation of a version of Flotilla that this node doesn't know, a read or a
   * write. It is refused, and those that came with it are done.
   *
   * @param type its name, such as {@code kv.KeyOp.Put}
   */
  record Unknown(String type) implements Read<Object, Result>, Write<Object, Result> {
    @Override
    public Result decide(Object draft) {
      throw refusal();
    }

    @Override
    public Result on(Object state) {
      return refusal().result();
    }

    private Refusal refusal() {
      return new Refusal(
          "unknown-operation",
          "The node where the namespace lives is of another version and doesn't know "
              + type
              + ". Nothing was changed; try again once all nodes are of one version.");
    }

    @Override
    public Interest interest() {
      return Interest.EVERYTHING;
    }

    @Override
    public long index(Object state) {
      return 1;
    }

    @Override
    public boolean matchesNothing(Object state) {
      return false;
    }

    @Override
    public boolean hasNews(Object state, long minIndex) {
      return true;
    }
  }
}
