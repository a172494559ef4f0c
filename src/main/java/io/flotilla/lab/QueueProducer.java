package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.MessageQueue.Confirm;
import io.flotilla.lab.MessageQueue.Confirmed;
import io.flotilla.lab.MessageQueue.Msg;
import io.flotilla.lab.MessageQueue.Produce;
import io.flotilla.lab.MessageQueue.Publish;
import io.flotilla.lab.MessageQueue.SendAgain;
import java.util.TreeSet;

/** Publishes until confirmed. It waits for the broker, never for the consumer. */
class QueueProducer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final TreeSet<String> unconfirmed = new TreeSet<>();

  QueueProducer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Produce.class, m -> publish(m.id()))
        .onMessage(SendAgain.class, m -> publish(m.id()))
        .onMessage(Confirm.class, this::onConfirm)
        .build();
  }

  private Behavior<Msg> publish(String id) {
    unconfirmed.add(id);
    host.tell("broker", new Publish(id));
    timers.startSingleTimer(id, new SendAgain(id), MessageQueue.RETRY);
    return this;
  }

  private Behavior<Msg> onConfirm(Confirm confirm) {
    if (unconfirmed.remove(confirm.id())) {
      timers.cancel(confirm.id());
      host.report(new Confirmed(confirm.id()));
    }
    return this;
  }

  @Override
  public String toString() {
    return unconfirmed.isEmpty() ? "all confirmed" : "unconfirmed " + unconfirmed;
  }
}
