package io.flotilla.examples.counter;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.Door;
import io.flotilla.entity.EmptyEntity;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Existence;

/** The door: where a node's requests to counters begin, wherever the counters live. */
final class Counters extends Door<CounterState, CounterDraft> {
  Counters(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits,
      Existence existence) {
    super(
        system,
        shards,
        limits,
        "counter",
        existence,
        EmptyEntity.of(CounterState.empty(), CounterDraft::new),
        System::nanoTime);
  }
}
