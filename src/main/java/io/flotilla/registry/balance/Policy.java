package io.flotilla.registry.balance;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an instance is chosen among those that may be used. */
public enum Policy {
  /** In turn, regardless of weights: of equal instances, none is ever two picks ahead. */
  ROUND_ROBIN,
  /** The one with the fewest requests under way per weight. */
  LEAST_CONNECTIONS,
  /** By a key: the same key gets the same instance while that may be used. */
  CONSISTENT_HASH,
  /**
   * In turn, each as often as its weight, and spread out rather than in a row: nginx's smooth
   * weighted round robin.
   */
  WEIGHTED,
  /**
   * The one with fewer requests under way of two drawn at random (M. Mitzenmacher, "The power of
   * two choices in randomized load balancing", 2001).
   */
  RANDOM_TWO;

  public static final Policy DEFAULT = ROUND_ROBIN;

  /**
   * @param name as people write it: {@code least-connections}
   * @throws IllegalArgumentException says which names there are
   */
  public static Policy of(String name) {
    return Arrays.stream(values())
        .filter(p -> p.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no policy '"
                        + name
                        + "'; it is one of "
                        + Arrays.stream(values())
                            .map(Policy::text)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  /** In kebab case: {@code least-connections}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return text();
  }
}
