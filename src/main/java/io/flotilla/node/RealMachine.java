package io.flotilla.node;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real clock and processor. */
final class RealMachine implements Watchdog.Machine {
  /** Long enough for others that want the processor to get their turn meanwhile. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /** On two processors, two busy threads leave a third one two thirds of one; on one, a third. */
  private static final long PATIENCE_NANOS = 3 * WORK_NANOS;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  /** Works for a moment and measures how long that takes. */
  @Override
  public boolean hasProcessorToSpare() {
    if (!threads.isCurrentThreadCpuTimeSupported()) {
      return true;
    }
    long begin = System.nanoTime();
    long worked = threads.getCurrentThreadCpuTime();
    while (threads.getCurrentThreadCpuTime() - worked < WORK_NANOS) {
      if (System.nanoTime() - begin > PATIENCE_NANOS) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean allWait(String dispatcher) {
    Map<Thread, StackTraceElement[]> own = new HashMap<>(Thread.getAllStackTraces());
    own.keySet().removeIf(thread -> !thread.getName().contains(dispatcher));
    return !own.isEmpty()
        && own.entrySet().stream().allMatch(e -> waits(e.getKey()) && !isIdle(e.getValue()));
  }

  private static boolean waits(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> true;
      default -> false;
    };
  }

  /** Waits for work, or was just woken up and has not got the processor yet. */
  private static boolean isIdle(StackTraceElement[] stack) {
    return Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("awaitWork"));
  }
}
