package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.MasterWorker.Finished;
import io.flotilla.lab.MasterWorker.Job;
import io.flotilla.lab.MasterWorker.Msg;
import io.flotilla.lab.MasterWorker.Overdue;
import io.flotilla.lab.MasterWorker.Rendered;
import io.flotilla.lab.MasterWorker.Started;
import io.flotilla.lab.MasterWorker.Task;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Gives each worker one task at a time, and a task that is overdue to the next free one. */
class Master extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Deque<Integer> toDo = new ArrayDeque<>();
  private final Deque<String> free = new ArrayDeque<>();
  private final SortedMap<String, Integer> busy = new TreeMap<>();
  private final TreeSet<Integer> done = new TreeSet<>();
  private int frames;
  private int size;
  private boolean finished;

  Master(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    free.addAll(host.others());
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Job.class, this::onJob)
        .onMessage(Rendered.class, this::onRendered)
        .onMessage(Overdue.class, this::onOverdue)
        .build();
  }

  private Behavior<Msg> onJob(Job job) {
    frames = job.frames();
    host.report(new Started(frames));
    for (int frame = 1; frame <= frames; frame++) {
      toDo.add(frame);
    }
    return assign();
  }

  private Behavior<Msg> assign() {
    while (!toDo.isEmpty() && !free.isEmpty()) {
      int frame = toDo.remove();
      String worker = free.remove();
      busy.put(worker, frame);
      host.tell(worker, new Task(frame));
      timers.startSingleTimer(worker, new Overdue(worker, frame), MasterWorker.PATIENCE);
    }
    return this;
  }

  /** A second result of the same task changes nothing. */
  private Behavior<Msg> onRendered(Rendered result) {
    if (isNew(result.frame())) {
      size += result.size();
    }
    done.add(result.frame());
    toDo.remove(result.frame());
    release(result.worker(), result.frame());
    if (done.size() == frames && !finished) {
      finished = true;
      host.others().forEach(timers::cancel);
      host.report(new Finished(size));
    }
    return assign();
  }

  protected boolean isNew(int frame) {
    return !done.contains(frame);
  }

  /** Dead or slow: another one gets the task, and this one the next turn. */
  private Behavior<Msg> onOverdue(Overdue overdue) {
    if (!done.contains(overdue.frame())) {
      giveUp(overdue.frame());
    }
    release(overdue.worker(), overdue.frame());
    return assign();
  }

  protected void giveUp(int frame) {
    toDo.addFirst(frame);
  }

  private void release(String worker, int frame) {
    if (busy.containsKey(worker) && isCurrent(frame, busy.get(worker))) {
      busy.remove(worker);
      timers.cancel(worker);
      free.add(worker);
    }
  }

  /** A late answer to an earlier task doesn't mean that a worker is done with its present one. */
  protected boolean isCurrent(int answered, int present) {
    return answered == present;
  }

  @Override
  public String toString() {
    return "done " + done + ", to do " + toDo;
  }
}
