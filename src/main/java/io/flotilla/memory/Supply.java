package io.flotilla.memory;

/** Something of which only so much may be taken at a time. */
public interface Supply {
  /** Takes this much, unless less is left. */
  boolean tryAcquire(long n);

  void release(long n);

  long left();
}
