package io.flotilla.kv;

import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityFixture;
import io.flotilla.entity.ReadBarrier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.function.LongSupplier;

/** A key space on a log in memory, in a time that the test moves. */
final class KeySpaceFixture extends EntityFixture {
  /** Of this node, over all lives of the actor; made by the first, which is before any field. */
  SimpleMeterRegistry metrics;

  private SessionMetrics counted;

  @Override
  protected Behavior<EntityActor.Command> behavior(
      String name, ReadBarrier barrier, Clock clock, Runnable stayAwake, LongSupplier nanoTime) {
    if (metrics == null) {
      metrics = new SimpleMeterRegistry();
      counted = new SessionMetrics(metrics);
    }
    return KeySpace.create(name, barrier, clock, stayAwake, () -> {}, counted, nanoTime);
  }

  @Override
  protected PersistenceId persistenceId(String name) {
    return KeySpace.persistenceId(name);
  }
}
