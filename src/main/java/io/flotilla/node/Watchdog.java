package io.flotilla.node;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Ends a node whose dispatcher is stuck: all of its threads are blocked, so no actor runs and no
 * request is answered, while other dispatchers' threads keep the node a member and its namespaces
 * on it. Once it is gone, they move.
 *
 * <p>It measures how long a probe waits in the dispatcher's queue. Probes also wait on a busy
 * machine, in a paused process or during a long garbage collection, which must not end nodes; but
 * these delay this thread as well. So only those periods count in which this thread woke up on
 * time, and either got the processor when it wanted it or found all threads of the dispatcher
 * waiting for something other than the processor.
 */
final class Watchdog implements Runnable {
  /** What is watched. A thread's name contains its dispatcher's. */
  record Dispatcher(String name, Executor executor) {}

  /** The time and processor that this thread gets. */
  interface Machine {
    long nanoTime();

    void sleep(Duration time) throws InterruptedException;

    /** Whether a thread that wants to run gets nearly all the processor time it wants. */
    boolean hasProcessorToSpare();

    /** Whether each thread of the dispatcher is waiting in the middle of a task. */
    boolean allWait(String dispatcher);
  }

  static final Duration PERIOD = Duration.ofMillis(500);
  private static final int MAX_FRAMES = 40;

  private static final class Probe implements Runnable {
    private final Dispatcher dispatcher;
    private volatile boolean ran = true;
    private Duration waiting = Duration.ZERO;

    Probe(Dispatcher dispatcher) {
      this.dispatcher = dispatcher;
    }

    @Override
    public void run() {
      ran = true;
    }

    void ask() {
      waiting = Duration.ZERO;
      ran = false;
      dispatcher.executor().execute(this);
    }
  }

  private final List<Probe> probes;
  private final Duration limit;
  private final Machine machine;
  private final Consumer<String> end;

  /**
   * @param limit how long a probe may wait
   * @param end called once, with the reason why the node should end
   */
  Watchdog(List<Dispatcher> dispatchers, Duration limit, Machine machine, Consumer<String> end) {
    this.probes = dispatchers.stream().map(Probe::new).toList();
    this.limit = limit;
    this.machine = machine;
    this.end = end;
  }

  /** Runs until it is interrupted, the dispatchers have ended or one of them is stuck. */
  @Override
  public void run() {
    try {
      while (lookOnce()) {
        // the dispatcher made progress
      }
    } catch (InterruptedException | RejectedExecutionException e) {
      // The actor system has ended, and with it the dispatchers.
    }
  }

  /** Returns whether all is well. */
  private boolean lookOnce() throws InterruptedException {
    long before = machine.nanoTime();
    machine.sleep(PERIOD);
    boolean onTime = machine.nanoTime() - before < PERIOD.toNanos() * 3 / 2;
    for (Probe probe : probes) {
      if (probe.ran) {
        probe.ask();
        continue;
      }
      if (onTime && (machine.allWait(probe.dispatcher.name()) || machine.hasProcessorToSpare())) {
        probe.waiting = probe.waiting.plus(PERIOD);
      }
      if (probe.waiting.compareTo(limit) >= 0) {
        end.accept(verdict(probe.dispatcher.name(), probe.waiting));
        return false;
      }
    }
    return true;
  }

  private static String verdict(String dispatcher, Duration waiting) {
    return dispatcher
        + " has run no task for "
        + waiting.toSeconds()
        + " s, although it could have: this node ends, so that others take over. Please"
        + " report this, with these stack traces:"
        + stacks(dispatcher);
  }

  private static String stacks(String dispatcher) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(e -> e.getKey().getName().contains(dispatcher))
        .sorted(Map.Entry.comparingByKey((a, b) -> a.getName().compareTo(b.getName())))
        .map(e -> stack(e.getKey(), e.getValue()))
        .collect(Collectors.joining());
  }

  private static String stack(Thread thread, StackTraceElement[] frames) {
    return Arrays.stream(frames)
        .limit(MAX_FRAMES)
        .map(frame -> "\n    at " + frame)
        .collect(Collectors.joining("", "\n  " + thread.getName() + " " + thread.getState(), ""));
  }
}
