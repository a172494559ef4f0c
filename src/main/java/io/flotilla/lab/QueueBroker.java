package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.MessageQueue.Ack;
import io.flotilla.lab.MessageQueue.Confirm;
import io.flotilla.lab.MessageQueue.Deliver;
import io.flotilla.lab.MessageQueue.Msg;
import io.flotilla.lab.MessageQueue.Publish;
import io.flotilla.lab.MessageQueue.SendAgain;
import java.util.List;
import java.util.TreeSet;

/** Keeps messages until they are acknowledged. */
class QueueBroker extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final TreeSet<String> queue = new TreeSet<>();

  /** What is on disk. */
  private record Kept(List<String> ids) {}

  QueueBroker(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    host.storage().read("queue", Kept.class).ifPresent(kept -> queue.addAll(kept.ids()));
    queue.forEach(this::deliver);
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Publish.class, this::onPublish)
        .onMessage(SendAgain.class, m -> deliver(m.id()))
        .onMessage(Ack.class, this::onAck)
        .build();
  }

  /** A confirmation is a promise, so the message is on disk before it is given. */
  private Behavior<Msg> onPublish(Publish publish) {
    boolean isNew = queue.add(publish.id());
    keep();
    host.tell("producer", new Confirm(publish.id()));
    return isNew ? deliver(publish.id()) : this;
  }

  private Behavior<Msg> deliver(String id) {
    host.tell("consumer", new Deliver(id));
    timers.startSingleTimer(id, new SendAgain(id), MessageQueue.RETRY);
    return this;
  }

  private Behavior<Msg> onAck(Ack ack) {
    timers.cancel(ack.id());
    queue.remove(ack.id());
    keep();
    return this;
  }

  protected void keep() {
    host.storage().write("queue", new Kept(List.copyOf(queue)));
  }

  @Override
  public String toString() {
    return "queue " + queue;
  }
}
