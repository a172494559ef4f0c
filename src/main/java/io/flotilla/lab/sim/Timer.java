package io.flotilla.lab.sim;

import akka.actor.Cancellable;

/** A task that a node wants run at a virtual time. */
final class Timer implements Cancellable, Comparable<Timer> {
  final int node;
  final Runnable task;

  /** Milliseconds to the next run of a repeated task, or 0. */
  final long interval;

  private long deadline;
  private long sequence;
  private boolean cancelled;

  Timer(int node, long deadline, long sequence, Runnable task, long interval) {
    this.node = node;
    this.deadline = deadline;
    this.sequence = sequence;
    this.task = task;
    this.interval = interval;
  }

  long deadline() {
    return deadline;
  }

  /** Moves a repeated timer to its next turn; call it only while it is in no queue. */
  void again(long nextSequence) {
    deadline += interval;
    sequence = nextSequence;
  }

  /** Timers due at the same instant keep the order in which they were started. */
  @Override
  public int compareTo(Timer other) {
    int byTime = Long.compare(deadline, other.deadline);
    return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
  }

  @Override
  public boolean cancel() {
    boolean first = !cancelled;
    cancelled = true;
    return first;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }
}
