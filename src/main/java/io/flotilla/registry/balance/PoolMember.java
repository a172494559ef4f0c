package io.flotilla.registry.balance;

import java.time.Duration;

/** What a balancer knows of one instance by itself. Guarded by its {@link Pool}. */
final class PoolMember {
  static final Duration FIRST_EJECTION = Duration.ofSeconds(1);
  static final Duration LONGEST_EJECTION = Duration.ofSeconds(30);

  Instance instance;
  int inFlight;

  /** The number of the pool's pick that chose it last. */
  long lastPick;

  /** nginx's current weight. */
  long credit;

  private int ejections;
  private long ejectedUntilNanos;

  PoolMember(Instance instance) {
    this.instance = instance;
  }

  /** Requests under way per weight. */
  double load() {
    return (double) inFlight / instance.weight();
  }

  boolean isEjected(long now) {
    return ejections > 0 && ejectedUntilNanos - now > 0;
  }

  /**
   * Leaves it out, for twice as long as the last time if nothing succeeded in between. Requests
   * that were refused in the same moment count as one.
   *
   * @return for how long; zero if it was ejected already
   */
  Duration eject(long now) {
    if (isEjected(now)) {
      return Duration.ZERO;
    }
    Duration time = FIRST_EJECTION.multipliedBy(1L << Math.min(ejections, 10));
    time = time.compareTo(LONGEST_EJECTION) > 0 ? LONGEST_EJECTION : time;
    ejections++;
    ejectedUntilNanos = now + time.toNanos();
    return time;
  }

  void readmit() {
    ejections = 0;
  }
}
