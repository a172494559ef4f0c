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
 * Ends a node whose dispatcher stands still: all of its threads are stuck in something, so no actor
 * runs and no request is answered, while threads of others keep the node a member and its
 * namespaces where they are. Once it is gone they move.
 *
 * <p>A probe is put into the dispatcher's queue; what counts is the time that it stays there. A
 * busy machine, a paused process or a long garbage collection let probes wait too, and must not end
 * nodes: they hold up this thread as well. So only such periods count in which this thread woke up
 * on time, and got the processor when it wanted it or found all the others waiting for something
 * else than the processor.
 */
final class Watchdog implements Runnable {
  /** What is watched. Threads have the name of their dispatcher in theirs. */
  record Dispatcher(String name, Executor executor) {}

  /** Time and processor, as this thread is given them. */
  interface Machine {
    long nanoTime();

    void sleep(Duration time) throws InterruptedException;

    /** Whether a thread that wants to run gets about as much of the processor as it wants. */
    boolean hasProcessorToSpare();

    /** Whether each thread of the dispatcher is in the middle of something and waits in it. */
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
   * @param end told once why the node should end
   */
  Watchdog(List<Dispatcher> dispatchers, Duration limit, Machine machine, Consumer<String> end) {
    this.probes = dispatchers.stream().map(Probe::new).toList();
    this.limit = limit;
    this.machine = machine;
    this.end = end;
  }

  /** Until it is interrupted, the dispatchers have ended or one of them stands still. */
  @Override
  public void run() {
    try {
      while (lookOnce()) {
        // what it looks at has gone on
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
        + " has run nothing for "
        + waiting.toSeconds()
        + " s, though it could have: this node ends, so that others do its work. Please"
        + " report this, with its threads:"
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
