package io.flotilla.registry;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.EmptyEntity;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Existence;
import java.util.function.LongSupplier;

/** This node's client of the catalogs. */
public final class Registry extends EntityClient<CatalogState, CatalogDraft> {
  /**
   * @param existence tells which namespaces exist
   * @param nanoTime all that has an end ends by it
   */
  public Registry(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits,
      Existence existence,
      LongSupplier nanoTime) {
    super(
        system,
        shards,
        limits,
        "registry",
        existence,
        EmptyEntity.of(
            CatalogState.empty(), (state, at) -> new CatalogDraft(state, at, check -> {})),
        nanoTime);
  }
}
