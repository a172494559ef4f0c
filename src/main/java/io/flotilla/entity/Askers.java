package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import io.flotilla.memory.Recent;
import java.util.Map;

/**
 * Who has asked this incarnation, to be told when it ends: the latest to ask, if there are many.
 */
final class Askers {
  private final Map<String, ActorRef<Gateway.FromEntity>> byGateway = new Recent<>(LastBatches.MAX);

  void add(EntityActor.Batch batch) {
    byGateway.put(batch.gateway(), batch.replyTo());
  }

  /** So that they ask the next incarnation at once, without waiting for an answer of this one. */
  void tellEnd() {
    byGateway.values().forEach(gateway -> gateway.tell(Gateway.OtherIncarnation.UNKNOWN));
  }
}
