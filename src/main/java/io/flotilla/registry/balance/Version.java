package io.flotilla.registry.balance;

import java.util.Comparator;

/**
 * The version of a table.
 *
 * @param term rises with every incarnation of the coordinator
 * @param number rises with every change within the term
 */
public record Version(long term, long number) implements Comparable<Version> {
  public static final Version NONE = new Version(0, 0);

  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::term).thenComparingLong(Version::number);

  public Version next() {
    return new Version(term, number + 1);
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return term + "." + number;
  }
}
