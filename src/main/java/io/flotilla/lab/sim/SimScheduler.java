package io.flotilla.lab.sim;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.actor.Scheduler;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Virtual time. What a node schedules becomes a timer of that node in the current run; the run
 * decides when it fires. What is not scheduled by a node (Akka's own housekeeping) never fires.
 */
public final class SimScheduler extends AbstractScheduler implements Closeable {
  private final Kernel kernel = new Kernel();
  private final List<Runnable> onClose = new ArrayList<>();

  /** Akka calls a constructor with this signature. */
  public SimScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

  Kernel kernel() {
    return kernel;
  }

  @Override
  public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
    if (task instanceof Scheduler.TaskRunOnClose) {
      onClose.add(task);
    }
    return start(delay, task, null);
  }

  @Override
  public Cancellable schedule(
      FiniteDuration initialDelay,
      FiniteDuration interval,
      Runnable task,
      ExecutionContext executor) {
    return start(initialDelay, task, interval);
  }

  private Cancellable start(FiniteDuration delay, Runnable task, FiniteDuration interval) {
    World<?> world = kernel.world();
    int node = kernel.current();
    if (world == null || node == Kernel.OUTSIDE) {
      return new Timer(Kernel.OUTSIDE, 0, 0, task, 0);
    }
    long every = interval == null ? 0 : interval.toMillis();
    return world.timers().start(node, delay.toMillis(), every, task);
  }

  @Override
  public double maxFrequency() {
    return 1000;
  }

  @Override
  public void close() {
    onClose.forEach(Runnable::run);
    kernel.drain();
  }
}
