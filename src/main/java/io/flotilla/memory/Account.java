package io.flotilla.memory;

/** What one client has of a budget. Once it is closed everything is given back, whatever comes. */
public final class Account {
  private final Budget budget;
  private long held;
  private Object kept;
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
      kept = null;
      budget.release(held);
    }
  }
}
