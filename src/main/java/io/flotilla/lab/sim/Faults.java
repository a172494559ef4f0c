package io.flotilla.lab.sim;

import io.flotilla.lab.sim.Choice.Kind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many faults a run may have. Ending a fault (recovery, healing, resuming) costs nothing.
 *
 * @param most how often each kind may happen; a kind that is absent may not
 * @param reorder whether messages between two nodes may overtake each other, as UDP's do; otherwise
 *     they arrive in order and at most once, as Akka promises
 */
public record Faults(SortedMap<Kind, Integer> most, boolean reorder) {

  /** What can go wrong. */
  public static final Set<Kind> KINDS =
      EnumSet.of(
          Kind.DROP,
          Kind.DUP,
          Kind.CRASH,
          Kind.CUT,
          Kind.PAUSE,
          Kind.ONEWAY,
          Kind.POWER,
          Kind.TEAR,
          Kind.SLOW);

  public static final Faults NONE = new Faults(new TreeMap<>(), false);

  /** The largest number allowed of one kind. */
  private static final int MOST = 1000;

  public int most(Kind kind) {
    return most.getOrDefault(kind, 0);
  }

  public Faults with(Kind kind, int n) {
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException(kind + " is not a fault.");
    }
    SortedMap<Kind, Integer> changed = new TreeMap<>(most);
    changed.put(kind, n);
    changed.values().removeIf(count -> count == 0);
    return new Faults(changed, reorder);
  }

  /** What is left after one more of this kind. */
  Faults less(Kind kind) {
    return with(kind, most(kind) - 1);
  }

  public Faults withReorder() {
    return new Faults(most, true);
  }

  /**
   * Reads {@code none} or a list like {@code drop=1,dup=1,crash=1,cut=1,pause=1,reorder}.
   *
   * @throws IllegalArgumentException saying which part is wrong
   */
  public static Faults parse(String text) {
    Faults faults = NONE;
    if (text.strip().equals("none")) {
      return faults;
    }
    for (String part : text.split(",", -1)) {
      faults = part.strip().equals("reorder") ? faults.withReorder() : faults.plus(part.strip());
    }
    return faults;
  }

  private Faults plus(String part) {
    String[] halves = part.split("=", 2);
    int n =
        halves.length == 2 && halves[1].matches("[0-9]{1,4}") ? Integer.parseInt(halves[1]) : -1;
    Kind kind = KINDS.stream().filter(k -> word(k).equals(halves[0])).findFirst().orElse(null);
    if (n < 0 || n > MOST || kind == null) {
      throw new IllegalArgumentException(
          "'"
              + part
              + "' is not a fault; faults are 'none' or a list of "
              + KINDS.stream().map(k -> word(k) + "=N").collect(Collectors.joining(" "))
              + " (N from 0 to 1000) and reorder, separated by commas");
    }
    return with(kind, n);
  }

  /** A kind's name on the command line. */
  public static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    String list =
        most.entrySet().stream()
            .map(e -> word(e.getKey()) + "=" + e.getValue())
            .collect(Collectors.joining(","));
    return !reorder
        ? list.isEmpty() ? "none" : list
        : list.isEmpty() ? "reorder" : list + ",reorder";
  }
}
