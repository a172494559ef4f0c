package io.flotilla.registry;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.Door;
import io.flotilla.entity.EntityActor;

/** The door to the catalogs on this node. */
public final class Registry extends Door<CatalogOp> {
  public Registry(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits) {
    super(system, shards, limits, "registry");
  }
}
