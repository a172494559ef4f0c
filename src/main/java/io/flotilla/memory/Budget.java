package io.flotilla.memory;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of the heap that one kind of use may occupy. Requests for more are refused or wait. */
public final class Budget implements Supply {
  private final String name;
  private final long bytes;
  private final AtomicLong used = new AtomicLong();

  public Budget(String name, long bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** A budget of this part of the heap, however large that is. */
  public static Budget share(String name, double ofHeap) {
    return new Budget(name, (long) (Runtime.getRuntime().maxMemory() * ofHeap));
  }

  public String name() {
    return name;
  }

  public long bytes() {
    return bytes;
  }

  public long used() {
    return used.get();
  }

  @Override
  public long left() {
    return bytes - used.get();
  }

  @Override
  public boolean tryAcquire(long n) {
    if (used.addAndGet(n) <= bytes) {
      return true;
    }
    used.addAndGet(-n);
    return false;
  }

  @Override
  public void release(long n) {
    used.addAndGet(-n);
  }
}
