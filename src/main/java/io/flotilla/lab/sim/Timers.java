package io.flotilla.lab.sim;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * The nodes' timers and clocks. With bounded delays all nodes share one clock; in an asynchronous
 * world each has its own, which moves only when one of its timers fires. That makes the order of a
 * node's timers depend on its own history alone, as it must for states to be compared.
 */
final class Timers {
  private final PriorityQueue<Timer>[] byNode;
  private final long[] clocks;
  private final long[] sequences;
  private final boolean async;
  private int budget;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Timers(int nodes, boolean async, int budget) {
    this.byNode = new PriorityQueue[nodes];
    for (int i = 0; i < nodes; i++) {
      byNode[i] = new PriorityQueue<>();
    }
    this.clocks = new long[nodes];
    this.sequences = new long[nodes];
    this.async = async;
    this.budget = budget;
  }

  long now(int node) {
    return clocks[async && node >= 0 ? node : 0];
  }

  /** Advances time, never backwards: what is overdue happens now. */
  void advance(int node, long to) {
    int i = async ? node : 0;
    clocks[i] = Math.max(clocks[i], to);
  }

  Timer start(int node, long delay, long interval, Runnable task) {
    Timer timer = new Timer(node, now(node) + delay, sequences[node]++, task, interval);
    byNode[node].add(timer);
    return timer;
  }

  /** The node's next timer, or null. */
  Timer next(int node) {
    PriorityQueue<Timer> queue = byNode[node];
    while (!queue.isEmpty() && queue.peek().isCancelled()) {
      queue.poll();
    }
    return budget > 0 ? queue.peek() : null;
  }

  /** Removes the node's next timer to be run; a repeated one is put back for later. */
  Timer take(int node) {
    Timer timer = next(node);
    byNode[node].poll();
    budget--;
    advance(node, timer.deadline());
    return timer;
  }

  void repeat(Timer timer) {
    if (timer.interval > 0 && !timer.isCancelled()) {
      timer.again(sequences[timer.node]++);
      byNode[timer.node].add(timer);
    }
  }

  /** A crash removes the node's timers. */
  void forget(int node) {
    byNode[node].clear();
  }

  int budget() {
    return budget;
  }

  /** Whether a timer would fire if only more were allowed to. */
  boolean isSpent() {
    return budget == 0
        && Arrays.stream(byNode).anyMatch(q -> q.stream().anyMatch(t -> !t.isCancelled()));
  }

  /** The deadlines of a node's timers relative to now, in order, for comparing states. */
  void fingerprint(int node, Fingerprint into) {
    long now = now(node);
    byNode[node].stream()
        .filter(t -> !t.isCancelled())
        .sorted()
        .forEach(t -> into.add(t.deadline() - now));
  }
}
