package io.flotilla.kv;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.Door;
import io.flotilla.entity.EmptyEntity;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Existence;
import java.util.function.LongSupplier;

/** The door to the key-value store on this node. */
public final class KeyValueStore extends Door<KeySpaceState, KeySpaceDraft> {
  /**
   * @param existence tells which namespaces exist
   * @param nanoTime all that has an end ends by it
   */
  public KeyValueStore(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits,
      Existence existence,
      LongSupplier nanoTime) {
    super(
        system,
        shards,
        limits,
        "kv",
        existence,
        EmptyEntity.of(KeySpaceState.empty(), KeySpaceDraft::new),
        nanoTime);
  }
}
