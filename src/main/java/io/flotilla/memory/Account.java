package io.flotilla.memory;

import java.util.List;

/**
 * What one user holds of one or several supplies, of all the same. Closing it gives everything
 * back, whatever happens later.
 */
public final class Account {
  private final List<Supply> supplies;
  private long held;
  private boolean closed;
  private Supply lacking;

  public Account(Supply... supplies) {
    this.supplies = List.of(supplies);
  }

  /** Also false once it is closed, as the client is gone then. */
  public synchronized boolean tryAcquire(long n) {
    if (closed || n == 0) {
      return !closed;
    }
    for (int i = 0; i < supplies.size(); i++) {
      if (!supplies.get(i).tryAcquire(n)) {
        lacking = supplies.get(i);
        supplies.subList(0, i).forEach(taken -> taken.release(n));
        return false;
      }
    }
    held += n;
    return true;
  }

  /** Whether this much is available now. */
  public synchronized boolean fits(long n) {
    for (Supply supply : supplies) {
      if (supply.left() < n) {
        lacking = supply;
        return false;
      }
    }
    return !closed;
  }

  /** The supply that had too little the last time that it was not enough; null: none had. */
  public synchronized Supply lacking() {
    return lacking;
  }

  public synchronized void release(long n) {
    if (!closed) {
      giveBack(Math.min(n, held));
    }
  }

  public synchronized void close() {
    if (!closed) {
      closed = true;
      giveBack(held);
    }
  }

  private void giveBack(long n) {
    held -= n;
    if (n > 0) {
      supplies.forEach(supply -> supply.release(n));
    }
  }
}
