package io.flotilla.memory;

/** One client's share of a budget. Closing it gives everything back, whatever happens later. */
public final class Account {
  private final Budget budget;
  private long held;
  private boolean closed;

  public Account(Budget budget) {
    this.budget = budget;
  }

  /** Also false once it is closed, as the client is gone then. */
  public synchronized boolean tryAcquire(long n) {
    if (closed || !budget.tryAcquire(n)) {
      return false;
    }
    held += n;
    return true;
  }

  /** Whether this many bytes are available now. */
  public synchronized boolean fits(long n) {
    return !closed && budget.used() + n <= budget.bytes();
  }

  public synchronized void release(long n) {
    if (!closed) {
      long some = Math.min(n, held);
      budget.release(some);
      held -= some;
    }
  }

  public synchronized void close() {
    if (!closed) {
      closed = true;
      budget.release(held);
    }
  }
}
