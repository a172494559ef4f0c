package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.LoadBalancing.Msg;
import io.flotilla.lab.LoadBalancing.Served;
import io.flotilla.lab.LoadBalancing.Work;
import java.time.Duration;

/** Works on everything at once. */
class LoadServer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  LoadServer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Work.class, this::onWork)
        .onMessage(Served.class, this::onServed)
        .build();
  }

  private Behavior<Msg> onWork(Work work) {
    Duration time = Duration.ofMillis(work.millis());
    timers.startSingleTimer(work.id(), new Served(work.id()), time);
    return this;
  }

  private Behavior<Msg> onServed(Served done) {
    host.tell("balancer", done);
    return this;
  }

  @Override
  public String toString() {
    return "server";
  }
}
