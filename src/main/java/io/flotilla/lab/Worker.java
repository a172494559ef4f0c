package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.MasterWorker.DidTask;
import io.flotilla.lab.MasterWorker.Msg;
import io.flotilla.lab.MasterWorker.Rendered;
import io.flotilla.lab.MasterWorker.Task;
import io.flotilla.lab.MasterWorker.Worked;

/** Does what it is given, and remembers nothing: one that dies can be replaced by any other. */
class Worker extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  Worker(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Task.class, this::onTask)
        .onMessage(Worked.class, this::onWorked)
        .build();
  }

  private Behavior<Msg> onTask(Task task) {
    timers.startSingleTimer(task.frame(), new Worked(task.frame()), MasterWorker.WORK);
    return this;
  }

  private Behavior<Msg> onWorked(Worked worked) {
    host.report(new DidTask(worked.frame()));
    int size = MasterWorker.render(worked.frame());
    host.tell("master", new Rendered(host.id(), worked.frame(), size));
    return this;
  }

  @Override
  public String toString() {
    return "worker";
  }
}
