package io.flotilla.entity;

import akka.actor.testkit.typed.javadsl.SerializationTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.entity.Gateway.FromEntity;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A network for gateways and entities in one process: their messages are serialized on the way, as
 * between nodes.
 */
public final class Loopback {
  private final SerializationTestKit serialization;

  /** To each gateway. */
  private final ConcurrentMap<ActorRef<FromEntity>, ActorRef<FromEntity>> returns =
      new ConcurrentHashMap<>();

  public Loopback(ActorSystem<?> system) {
    this.serialization = new SerializationTestKit(system);
  }

  /**
   * A message as it arrives at the entity.
   *
   * @param carrier the actor that passes it on
   */
  public EntityActor.Command arriving(ActorContext<?> carrier, EntityActor.Command message) {
    EntityActor.Command sent = message;
    if (message instanceof EntityActor.Batch b) {
      sent =
          new EntityActor.Batch(
              b.gateway(),
              b.number(),
              b.incarnation(),
              b.attempt(),
              b.ops(),
              back(carrier, b.replyTo()));
    } else if (message instanceof EntityActor.Ping p) {
      sent = new EntityActor.Ping(p.incarnation(), back(carrier, p.replyTo()));
    } else if (message instanceof EntityActor.Forget f) {
      sent = new EntityActor.Forget(f.interests(), back(carrier, f.replyTo()));
    }
    return travelled(sent);
  }

  private ActorRef<FromEntity> back(ActorContext<?> carrier, ActorRef<FromEntity> gateway) {
    return returns.computeIfAbsent(gateway, g -> carrier.spawnAnonymous(wayBack(g)));
  }

  /** Ends with the gateway, as the entity may watch it. */
  private Behavior<FromEntity> wayBack(ActorRef<FromEntity> gateway) {
    return Behaviors.setup(
        context -> {
          context.watch(gateway);
          return Behaviors.receive(FromEntity.class)
              .onAnyMessage(
                  message -> {
                    gateway.tell(travelled(withoutHome(message)));
                    return Behaviors.same();
                  })
              .onSignal(Terminated.class, end -> Behaviors.stopped())
              .build();
        });
  }

  /** Whoever knows it sends there straight, and not by way of this. */
  private static FromEntity withoutHome(FromEntity message) {
    return message instanceof Gateway.OtherIncarnation other
        ? new Gateway.OtherIncarnation(other.incarnation())
        : message;
  }

  private <M> M travelled(M message) {
    return serialization.verifySerialization(message, false);
  }
}
