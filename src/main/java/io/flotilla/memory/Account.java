package io.flotilla.memory;

/** One client's share of a budget. Closing it gives everything back, whatever happens later. */
public final class Account {
  private final Budget budget;
  private long held;
  private Object kept;
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

  /**
   * Acquires the bytes of something large and keeps it until the account is closed: whatever else
   * refers to it by way of {@link #kept}, it doesn't outlive what it is counted for.
   */
  public synchronized boolean tryKeep(long n, Object what) {
    if (!tryAcquire(n)) {
      return false;
    }
    kept = what;
    return true;
  }

  /** Null once the account is closed. */
  public synchronized Object kept() {
    return kept;
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

  /** Stops counting what is held now, as it may never be used; what is taken later counts. */
  public synchronized void giveBack() {
    release(held);
  }

  public synchronized void close() {
    if (!closed) {
      closed = true;
      kept = null;
      budget.release(held);
    }
  }
}
