package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A node in a simulated world that has clients and, for them, a {@link Gateway}. */
final class LinesGateway {
  /** A client's request. */
  record Call(int id, Operation<?> op, Duration timeout) {}

  /** Another node is said to be gone. */
  record NodeGone() {}

  record Called(int id, Operation<?> op) implements Event {}

  record Answered(int id, Result result) implements Event {}

  private final ActorContext<Object> context;
  private final Host<Object> host;
  private final Supplier<String> shard;
  private ActorRef<Gateway.Command> gateway;

  /**
   * @param shard where the entity is believed to be
   */
  static Behavior<Object> create(Host<Object> host, Supplier<String> shard) {
    return Behaviors.setup(
        context -> {
          LinesGateway node = new LinesGateway(context, host, shard);
          return Behaviors.receive(Object.class)
              .onMessage(Call.class, node::onCall)
              .onMessage(NodeGone.class, gone -> node.onNodeGone())
              .build();
        });
  }

  private LinesGateway(ActorContext<Object> context, Host<Object> host, Supplier<String> shard) {
    this.context = context;
    this.host = host;
    this.shard = shard;
  }

  private Behavior<Object> onCall(Call call) {
    host.report(new Called(call.id(), call.op()));
    CompletableFuture<Result> answer = new CompletableFuture<>();
    answer.thenAccept(result -> host.report(new Answered(call.id(), result)));
    long now = host.nanoTime();
    if (gateway == null) {
      gateway =
          context.spawnAnonymous(
              Gateway.create(
                  command -> host.tell(shard.get(), command),
                  () -> gateway = null,
                  host::nanoTime));
    }
    gateway.tell(
        new Gateway.Request(
            call.op(), now + call.timeout().toNanos(), now, new CompletableFuture<>(), answer));
    return Behaviors.same();
  }

  private Behavior<Object> onNodeGone() {
    if (gateway != null) {
      gateway.tell(Gateway.NodeGone.INSTANCE);
    }
    return Behaviors.same();
  }
}
