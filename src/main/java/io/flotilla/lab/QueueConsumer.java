package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.MessageQueue.Ack;
import io.flotilla.lab.MessageQueue.Deliver;
import io.flotilla.lab.MessageQueue.Handled;
import io.flotilla.lab.MessageQueue.Msg;
import io.flotilla.lab.MessageQueue.Worked;
import java.util.TreeSet;

/** Handles each message once, and acknowledges it as often as it comes. */
class QueueConsumer extends AbstractBehavior<Msg> {
  protected final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final TreeSet<String> working = new TreeSet<>();

  QueueConsumer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Deliver.class, this::onDeliver)
        .onMessage(Worked.class, this::onWorked)
        .build();
  }

  private Behavior<Msg> onDeliver(Deliver message) {
    if (isHandled(message.id())) {
      host.tell("broker", new Ack(message.id()));
    } else if (working.add(message.id())) {
      begin(message.id());
      timers.startSingleTimer(message.id(), new Worked(message.id()), MessageQueue.WORK);
    }
    return this;
  }

  protected boolean isHandled(String id) {
    return host.storage().read(id, Boolean.class).isPresent();
  }

  protected void begin(String id) {
    // Nothing is acknowledged yet: whoever dies now gets the message again.
  }

  /** The effect and the note that it was had are one write. */
  private Behavior<Msg> onWorked(Worked worked) {
    working.remove(worked.id());
    host.storage().write(worked.id(), true);
    host.report(new Handled(worked.id()));
    host.tell("broker", new Ack(worked.id()));
    return this;
  }

  @Override
  public String toString() {
    return working.isEmpty() ? "idle" : "working on " + working;
  }
}
