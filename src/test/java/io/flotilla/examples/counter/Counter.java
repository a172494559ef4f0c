package io.flotilla.examples.counter;

import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.LogClock;
import io.flotilla.entity.Model;
import io.flotilla.entity.Moment;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Watchers;
import java.time.Clock;

/** The model: what an {@link EntityActor} has to know to be a namespace of counters. */
final class Counter implements Model<CounterState, Added> {
  private final LogClock time = new LogClock(System::nanoTime);
  private final Clock clock;

  private Counter(Clock clock) {
    this.clock = clock;
  }

  /** The actor. It never asks to be kept awake, as time changes nothing here. */
  static Behavior<EntityActor.Command> create(String namespace, ReadBarrier barrier, Clock clock) {
    PersistenceId id = PersistenceId.ofUniqueId("Counter|" + namespace);
    return EntityActor.create(id, barrier, () -> {}, () -> new Counter(clock), System::nanoTime);
  }

  @Override
  public CounterState empty() {
    return CounterState.empty();
  }

  @Override
  public LogClock time() {
    return time;
  }

  @Override
  public CounterDraft draft(EntityState<CounterState, Added> state) {
    return new CounterDraft(state, new Moment(time.millis(), clock.millis()));
  }

  @Override
  public void touch(Committed<Added> event, CounterState before, Watchers.Touched touched) {
    event.changes().forEach(added -> touched.named(added.name()));
  }
}
