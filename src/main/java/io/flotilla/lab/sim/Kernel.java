package io.flotilla.lab.sim;

import akka.dispatch.Mailbox;
import java.util.ArrayDeque;

/**
 * The one place that the executor, the scheduler and the mailboxes of a simulated ActorSystem
 * share: what is ready to run, whose code is running, and the current run.
 */
final class Kernel {
  /** Code outside the nodes: the simulation itself, and Akka's own actors. */
  static final int OUTSIDE = -1;

  private record Task(Runnable code, int owner) {}

  private final ArrayDeque<Task> ready = new ArrayDeque<>();
  private final Thread thread = Thread.currentThread();
  private int current = OUTSIDE;
  private boolean delivering;

  /** Akka waits for its loggers while the system starts, before anyone could drain the queue. */
  private boolean starting = true;

  private World<?> world;

  void execute(Runnable code) {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "A simulation has one thread, but " + Thread.currentThread().getName() + " called it.");
    }
    if (starting) {
      code.run();
    } else {
      ready.add(new Task(code, ownerOf(code)));
    }
  }

  /** From now on tasks wait to be drained by the caller's thread. */
  void started() {
    starting = false;
  }

  /** A mailbox runs for its actor; any other task (a future's callback) for whoever created it. */
  private int ownerOf(Runnable code) {
    return code instanceof Mailbox mailbox
            && mailbox.messageQueue() instanceof SimMailbox.Queue queue
        ? queue.node()
        : current;
  }

  /** Runs what is ready, and what becomes ready through it, in order of arrival. */
  void drain() {
    Task task;
    while ((task = ready.poll()) != null) {
      runAs(task.owner(), task.code());
    }
  }

  void runAs(int node, Runnable code) {
    int before = current;
    current = node;
    try {
      code.run();
    } finally {
      current = before;
    }
  }

  /** Runs {@code tell} so that its message enters the receiver's queue, not the network. */
  void deliver(Runnable tell) {
    delivering = true;
    try {
      tell.run();
    } finally {
      delivering = false;
    }
  }

  /** The index of the node whose code is running, or {@link #OUTSIDE}. */
  int current() {
    return current;
  }

  boolean delivering() {
    return delivering;
  }

  /** The current run, or null between runs. */
  World<?> world() {
    return world;
  }

  void enter(World<?> run) {
    world = run;
  }

  void leave() {
    world = null;
  }
}
