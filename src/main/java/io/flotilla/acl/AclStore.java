package io.flotilla.acl;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.EmptyEntity;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Existence;
import java.util.function.LongSupplier;

/** This node's client of the tokens, policies and roles. */
public final class AclStore extends EntityClient<AclState, AclDraft> {
  /**
   * @param existence tells whether anything was ever written
   * @param nanoTime all that has an end ends by it
   */
  public AclStore(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits,
      Existence existence,
      LongSupplier nanoTime) {
    super(
        system,
        shards,
        limits,
        "acl",
        existence,
        EmptyEntity.of(AclState.empty(), AclDraft::new),
        nanoTime);
  }
}
