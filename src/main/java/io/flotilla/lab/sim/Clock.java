package io.flotilla.lab.sim;

import java.util.Arrays;

/**
 * A true vector clock: how many events of each node an event knows of, including itself. The
 * simulation keeps it to judge the clocks that algorithms keep.
 */
public final class Clock {
  private final int[] counts;

  Clock(int[] counts) {
    this.counts = counts;
  }

  /** How many events are known of the node at {@code index} in the scenario's list. */
  public int get(int index) {
    return counts[index];
  }

  public int size() {
    return counts.length;
  }

  /** Whether an event with this clock happened before one with the other clock. */
  public boolean precedes(Clock other) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > other.counts[i]) {
        return false;
      }
    }
    return !Arrays.equals(counts, other.counts);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Clock other && Arrays.equals(counts, other.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return Arrays.toString(counts);
  }
}
