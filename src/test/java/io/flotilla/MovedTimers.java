package io.flotilla;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The timers of an actor system, on a clock that the test moves. Akka's own version sleeps before
 * moving the time, so that actors can catch up; here the test itself makes sure that they have, for
 * instance by an answer, and no real time passes.
 */
public final class MovedTimers extends AbstractScheduler {
  /** Configures an actor system, without a cluster, to use these timers. */
  public static final Config CONFIG =
      ConfigFactory.parseString(
          "akka.actor.provider = local, akka.scheduler.implementation = "
              + MovedTimers.class.getName());

  private record Task(long at, long number, Runnable what, AtomicBoolean over) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
  private long now;
  private long number;

  /** Called by Akka. */
  public MovedTimers(Config config, LoggingAdapter log, ThreadFactory threads) {}

  public static MovedTimers of(ActorSystem<?> system) {
    return (MovedTimers) Adapter.toClassic(system).scheduler();
  }

  /** When this returns, timers due by then have sent their messages. */
  public void pass(Duration span) {
    long end = moved(0) + span.toNanos();
    for (Task due = next(end); due != null; due = next(end)) {
      if (due.over().compareAndSet(false, true)) {
        due.what().run();
      }
    }
    moved(end - moved(0));
  }

  private synchronized long moved(long nanos) {
    now += nanos;
    return now;
  }

  private synchronized Task next(long end) {
    Task first = tasks.peek();
    if (first == null || first.at() > end) {
      return null;
    }
    now = first.at();
    return tasks.remove();
  }

  private synchronized Task add(long delayNanos, Runnable what) {
    Task task = new Task(now + delayNanos, ++number, what, new AtomicBoolean());
    tasks.add(task);
    return task;
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable what, ExecutionContext executor) {
    Task task = add(Math.max(0, delay.toNanos()), what);
    if (delay.toNanos() <= 0 && task.over().compareAndSet(false, true)) {
      executor.execute(what);
    }
    return new Cancellable() {
      @Override
      public boolean cancel() {
        return task.over().compareAndSet(false, true);
      }

      @Override
      public boolean isCancelled() {
        return task.over().get();
      }
    };
  }

  @Override
  public Cancellable schedule(
      FiniteDuration delay, FiniteDuration interval, Runnable what, ExecutionContext executor) {
    throw new UnsupportedOperationException("deprecated, and not used");
  }

  @Override
  public double maxFrequency() {
    return 1_000;
  }
}
