package io.flotilla.memory;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of the heap that one use of it may occupy. Who wants more is refused or waits. */
public final class Budget {
  private final String name;
  private final long bytes;
  private final AtomicLong used = new AtomicLong();

  public Budget(String name, long bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** All that fits within this part of the heap, however large that is. */
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

  /** Takes so many bytes, unless they are more than are left. */
  public boolean tryAcquire(long n) {
    if (used.addAndGet(n) <= bytes) {
      return true;
    }
    used.addAndGet(-n);
    return false;
  }

  public void release(long n) {
    used.addAndGet(-n);
  }
}
