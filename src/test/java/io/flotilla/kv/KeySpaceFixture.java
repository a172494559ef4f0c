package io.flotilla.kv;

import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityFixture;
import io.flotilla.entity.ReadBarrier;
import java.time.Clock;
import java.util.function.LongSupplier;

/** A key space on a log in memory, in a time that the test moves. */
final class KeySpaceFixture extends EntityFixture {
  @Override
  protected Behavior<EntityActor.Command> behavior(
      String name, ReadBarrier barrier, Clock clock, Runnable stayAwake, LongSupplier nanoTime) {
    return KeySpace.create(name, barrier, clock, stayAwake, () -> {}, nanoTime);
  }

  @Override
  protected PersistenceId persistenceId(String name) {
    return KeySpace.persistenceId(name);
  }
}
