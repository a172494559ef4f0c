package io.flotilla.memory;

/** What one client has of a budget. Once it is closed everything is given back, whatever comes. */
public final class Account {
  private final Budget budget;
  private long held;
  private boolean closed;

  public Account(Budget budget) {
    this.budget = budget;
  }

  /** False also once it is closed: then nobody is there to take what the bytes are for. */
  public synchronized boolean tryAcquire(long n) {
    if (closed || !budget.tryAcquire(n)) {
      return false;
    }
    held += n;
    return true;
  }

  /** Whether so many could be had now. */
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

  /** What is held now may never be used; what is taken from now on counts. */
  public synchronized void giveBack() {
    release(held);
  }

  public synchronized void close() {
    if (!closed) {
      closed = true;
      budget.release(held);
    }
  }
}
