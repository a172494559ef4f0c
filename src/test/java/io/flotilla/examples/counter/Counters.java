package io.flotilla.examples.counter;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.EmptyEntity;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Existence;

/** Where a node's requests to counters begin, wherever the counters live. */
final class Counters extends EntityClient<CounterState, CounterDraft> {
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
