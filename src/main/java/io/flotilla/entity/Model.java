package io.flotilla.entity;

/**
 * What a kind of entity is, apart from the protocol that {@link EntityActor} speaks. It lives as
 * long as the actor and is called by it only, so it may keep what need not be stored, such as when
 * something expires.
 *
 * @param <S> the state
 * @param <C> a change of it
 * @param <E> the events
 */
public interface Model<S extends EntityState<S, C>, C, E extends Event<C>> {
  S empty();

  /** Begins to decide a batch on this state. */
  BatchDecision<S, C, E> decide(S state);

  /** Says what the event changes, for those who watch it. */
  void touch(E event, S before, Watchers.Touched touched);

  /** The actor has recovered: whatever else is remembered here belongs to an earlier life. */
  default void recovered(S state) {}

  /** The event is stored. */
  default void stored(E event, S state) {}

  /** A read comes in; to some entities that is a sign of life. */
  default void asked(Operation.Read read, S state) {}

  /** Whether time matters now: then {@link #tick} is called every {@link Deadlines#TICK_MILLIS}. */
  default boolean ticking() {
    return false;
  }

  /** What time has brought about, to be stored; null if nothing. */
  default E tick(S state) {
    return null;
  }
}
