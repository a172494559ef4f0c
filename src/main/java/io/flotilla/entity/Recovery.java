package io.flotilla.entity;

import akka.persistence.typed.EventAdapter;
import akka.persistence.typed.EventSeq;
import akka.persistence.typed.SnapshotAdapter;
import io.flotilla.wire.Partial;
import io.flotilla.wire.Parts;
import java.util.function.Function;

/**
 * Stands between Akka Persistence and an actor. When the log has something that only a later
 * version knows, it stays there for that one: the actor must not take a checkpoint, as that would
 * replace it.
 *
 * @param <E> the actor's events
 */
public final class Recovery<E> extends EventAdapter<E, Object> {
  private final Function<Object, E> event;
  private boolean whole = true;

  /** Of an actor that reads what it has stored itself, and nothing else. */
  @SuppressWarnings("unchecked") // what an actor stored, it gets back
  public Recovery() {
    this(stored -> (E) stored);
  }

  /**
   * @param event makes one of what the log has
   */
  Recovery(Function<Object, E> event) {
    this.event = event;
  }

  /** Whether this version knows all that it has read. */
  public boolean isWhole() {
    return whole;
  }

  @Override
  public Object toJournal(E event) {
    return event;
  }

  /** The serializer has one of its own. */
  @Override
  public String manifest(E event) {
    return "";
  }

  @Override
  public EventSeq<E> fromJournal(Object stored, String manifest) {
    return EventSeq.single(event.apply(known(stored)));
  }

  @SuppressWarnings("unchecked") // what an actor stored, it gets back
  private <T> T known(Object stored) {
    whole &= !(stored instanceof Partial);
    return (T) Partial.known(stored);
  }

  /** For checkpoints that are one message. */
  public <T> SnapshotAdapter<T> checkpoints() {
    return new SnapshotAdapter<>() {
      @Override
      public Object toJournal(T state) {
        return state;
      }

      @Override
      public T fromJournal(Object stored) {
        return known(stored);
      }
    };
  }

  /** For checkpoints in parts. */
  <S extends ModelState<S, C>, C extends Fact> SnapshotAdapter<EntityState<S, C>> checkpoints(
      S empty) {
    return new SnapshotAdapter<>() {
      @Override
      public Object toJournal(EntityState<S, C> state) {
        return state.parts();
      }

      @Override
      public EntityState<S, C> fromJournal(Object stored) {
        EntityState.Read<S, C> read = EntityState.read(empty, (Parts) stored);
        whole &= read.whole();
        return read.state();
      }
    };
  }
}
