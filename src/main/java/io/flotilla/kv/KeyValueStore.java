package io.flotilla.kv;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.Door;
import io.flotilla.entity.EntityActor;

/** The door to the key-value store on this node. */
public final class KeyValueStore extends Door<Op> {
  public KeyValueStore(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits) {
    super(system, shards, limits, "kv");
  }
}
