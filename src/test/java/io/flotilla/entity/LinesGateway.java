package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** A node in a simulated world that has clients and, for them, a {@link Gateway}. */
final class LinesGateway {
  /** A client's request. */
  record Call(int id, Operation<?> op, Duration timeout) {}

  /** Another node is said to be gone. */
  record NodeGone() {}

  /** A batch left for where the entity was last. */
  record WentStraight() implements Event {}

  record Called(int id, Operation<?> op) implements Event {}

  record Answered(int id, Result result) implements Event {}

  private final ActorContext<Object> context;
  private final Host<Object> host;
  private final Supplier<String> shard;
  private final Function<ActorRef<?>, String> place;
  private ActorRef<Gateway.Command> gateway;

  /**
   * @param shard where the entity is believed to be
   * @param place finds a place by the reference that an entity gives of itself
   */
  static Behavior<Object> create(
      Host<Object> host, Supplier<String> shard, Function<ActorRef<?>, String> place) {
    return Behaviors.setup(
        context -> {
          LinesGateway node = new LinesGateway(context, host, shard, place);
          return Behaviors.receive(Object.class)
              .onMessage(Call.class, node::onCall)
              .onMessage(NodeGone.class, gone -> node.onNodeGone())
              .build();
        });
  }

  private LinesGateway(
      ActorContext<Object> context,
      Host<Object> host,
      Supplier<String> shard,
      Function<ActorRef<?>, String> place) {
    this.context = context;
    this.host = host;
    this.shard = shard;
    this.place = place;
  }

  private Behavior<Object> onCall(Call call) {
    host.report(new Called(call.id(), call.op()));
    CompletableFuture<Result> answer = new CompletableFuture<>();
    answer.thenAccept(result -> host.report(new Answered(call.id(), result)));
    long now = host.nanoTime();
    if (gateway == null) {
      gateway =
          context.spawnAnonymous(
              Gateway.create(new ToEntity(), () -> gateway = null, host::nanoTime));
    }
    gateway.tell(
        new Gateway.Request(
            call.op(), now + call.timeout().toNanos(), now, new CompletableFuture<>(), answer));
    return Behaviors.same();
  }

  private final class ToEntity implements Ways {
    @Override
    public void throughShard(EntityActor.Command command) {
      host.tell(shard.get(), command);
    }

    @Override
    public void straight(
        ActorRef<EntityActor.Command> home, EntityActor.Command command, long bytes) {
      host.report(new WentStraight());
      host.tell(place.apply(home), command);
    }
  }

  private Behavior<Object> onNodeGone() {
    if (gateway != null) {
      gateway.tell(new Gateway.NodeGone(Set.of()));
    }
    return Behaviors.same();
  }
}
