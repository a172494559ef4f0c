package io.flotilla.entity;

/**
 * What a kind of entity is, apart from the protocol that {@link EntityActor} speaks. It lives as
 * long as the actor and is called by it only, so it may keep what need not be stored, such as when
 * something expires.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public interface Model<S extends ModelState<S, C>, C extends Fact> {
  S empty();

  /** Begins a batch on this state. */
  Draft<S, C> draft(EntityState<S, C> state, Moment at);

  /** Says what the event changes, for those who watch it. */
  void touch(Committed<C> event, S before, Watchers.Touched touched);

  /** The actor has recovered: whatever else is remembered here belongs to an earlier life. */
  default void recovered(EntityState<S, C> state) {}

  /** The event is stored. */
  default void stored(Committed<C> event, S state) {}

  /** The actor ends, here at least. */
  default void stopped() {}

  /** A read comes in; to some entities that is a sign of life. */
  default void asked(Operation.Read<S, ?> read, S state) {}

  /** Whether time matters now: then {@link #tick} is called every {@link Deadlines#TICK_MILLIS}. */
  default boolean ticking() {
    return false;
  }

  /** What time has brought about, to be stored; null if nothing. */
  default Draft<S, C> tick(EntityState<S, C> state, Moment at) {
    return null;
  }
}
