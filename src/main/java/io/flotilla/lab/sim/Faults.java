package io.flotilla.lab.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * How many faults a run may have. Ending a fault (recovery, healing, resuming) costs nothing.
 *
 * @param reorder whether messages between two nodes may overtake each other, as UDP's do; otherwise
 *     they arrive in order and at most once, as Akka promises
 */
public record Faults(
    int drops, int duplicates, int crashes, int cuts, int pauses, boolean reorder) {

  public static final Faults NONE = new Faults(0, 0, 0, 0, 0, false);

  /** The largest number allowed of one kind. */
  private static final int MOST = 1000;

  public Faults withDrops(int n) {
    return new Faults(n, duplicates, crashes, cuts, pauses, reorder);
  }

  public Faults withDuplicates(int n) {
    return new Faults(drops, n, crashes, cuts, pauses, reorder);
  }

  public Faults withCrashes(int n) {
    return new Faults(drops, duplicates, n, cuts, pauses, reorder);
  }

  public Faults withCuts(int n) {
    return new Faults(drops, duplicates, crashes, n, pauses, reorder);
  }

  public Faults withPauses(int n) {
    return new Faults(drops, duplicates, crashes, cuts, n, reorder);
  }

  public Faults withReorder() {
    return new Faults(drops, duplicates, crashes, cuts, pauses, true);
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
      String[] halves = part.strip().split("=", 2);
      if (part.strip().equals("reorder")) {
        faults = faults.withReorder();
        continue;
      }
      int n =
          halves.length == 2 && halves[1].matches("[0-9]{1,4}") ? Integer.parseInt(halves[1]) : -1;
      if (n < 0 || n > MOST) {
        throw wrong(part);
      }
      faults =
          switch (halves[0]) {
            case "drop" -> faults.withDrops(n);
            case "dup" -> faults.withDuplicates(n);
            case "crash" -> faults.withCrashes(n);
            case "cut" -> faults.withCuts(n);
            case "pause" -> faults.withPauses(n);
            default -> throw wrong(part);
          };
    }
    return faults;
  }

  private static IllegalArgumentException wrong(String part) {
    return new IllegalArgumentException(
        "'"
            + part
            + "' is not a fault; faults are 'none' or a list of drop=N dup=N crash=N cut=N pause=N (N"
            + " from 0 to 1000) and reorder, separated by commas");
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    add(parts, "drop", drops);
    add(parts, "dup", duplicates);
    add(parts, "crash", crashes);
    add(parts, "cut", cuts);
    add(parts, "pause", pauses);
    if (reorder) {
      parts.add("reorder");
    }
    return parts.isEmpty() ? "none" : String.join(",", parts);
  }

  private static void add(List<String> parts, String name, int n) {
    if (n > 0) {
      parts.add(name + "=" + n);
    }
  }
}
