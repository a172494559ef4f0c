package io.flotilla.async;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Where messages with the same destination wait until a thread has time to send them; then they
 * leave together, in the order in which they came. None waits for a time: with threads at hand each
 * leaves alone, and the busier they are, the more leave at once.
 *
 * <p>Its users see to it that few wait.
 */
public final class Outbox<M> {
  /** How often others may go first. */
  private static final int MOST_TURNS = 8;

  private final Executor executor;
  private final int mostBytes;
  private final ToIntFunction<M> bytes;
  private final Consumer<List<M>> send;
  private final Queue<M> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean leaving = new AtomicBoolean();

  // Used by who leaves.
  private int seen = 1;
  private int turns;

  /**
   * @param mostBytes that leave at a time, unless a single message is larger
   * @param bytes the size of a message
   * @param send is called by one thread at a time
   */
  public Outbox(Executor executor, int mostBytes, ToIntFunction<M> bytes, Consumer<List<M>> send) {
    this.executor = executor;
    this.mostBytes = mostBytes;
    this.bytes = bytes;
    this.send = send;
  }

  public void add(M message) {
    waiting.add(message);
    leave();
  }

  private void leave() {
    if (leaving.compareAndSet(false, true)) {
      await();
    }
  }

  private void await() {
    try {
      executor.execute(this::sendWhenAllHaveCome);
    } catch (RejectedExecutionException e) {
      // The node is stopping: they are lost as on a network.
    }
  }

  /**
   * What wakes many actors at once, such as the answer to all that an entry of the log holds, makes
   * each of them send something. So as long as more comes, those who are about to send go first.
   */
  private void sendWhenAllHaveCome() {
    int come = waiting.size();
    if (come > seen && turns < MOST_TURNS) {
      seen = come;
      turns++;
      await();
      return;
    }
    seen = 1;
    turns = 0;
    sendNext();
  }

  private void sendNext() {
    try {
      List<M> next = next();
      if (!next.isEmpty()) {
        send.accept(next);
      }
    } finally {
      leaving.set(false);
      if (!waiting.isEmpty()) {
        leave();
      }
    }
  }

  private List<M> next() {
    List<M> together = new ArrayList<>();
    long sum = 0;
    for (M first = waiting.peek(); first != null; first = waiting.peek()) {
      sum += bytes.applyAsInt(first);
      if (!together.isEmpty() && sum > mostBytes) {
        break;
      }
      together.add(waiting.remove());
    }
    return together;
  }
}
