package io.flotilla.lab.sim;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Decides what happens next; an empty answer ends the run. */
public interface Chooser {

  Optional<Choice> next(Options options);

  /** Without faults, everything in its natural order, until nothing is left to happen. */
  static Chooser natural() {
    return options -> options.normal().stream().findFirst();
  }

  /** Random choices by a seed; a fault roughly every tenth step while the scenario allows any. */
  static Chooser seeded(long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    return options -> {
      List<Choice> faults = options.faults();
      if (options.quiet()) {
        // Most runs end with their faults mended, so that what must hold then is tested.
        List<Choice> mends = faults.stream().filter(c -> c.kind().mends()).toList();
        return mends.isEmpty() || random.nextInt(4) == 0 ? Optional.empty() : pick(random, mends);
      }
      return !faults.isEmpty() && random.nextInt(10) == 0
          ? pick(random, ofOneKind(random, faults))
          : pick(random, options.normal());
    };
  }

  /** Messages are many, so most faults would be lost messages if each were as likely. */
  private static List<Choice> ofOneKind(Random random, List<Choice> faults) {
    List<Choice.Kind> kinds = faults.stream().map(Choice::kind).distinct().toList();
    Choice.Kind kind = kinds.get(random.nextInt(kinds.size()));
    return faults.stream().filter(c -> c.kind() == kind).toList();
  }

  private static Optional<Choice> pick(Random random, List<Choice> choices) {
    return Optional.of(choices.get(random.nextInt(choices.size())));
  }

  /**
   * Exactly these, then {@code rest}.
   *
   * @throws ImpossibleChoice (from the chooser) when one is not possible at its place
   */
  static Chooser exactly(List<Choice> list, Chooser rest) {
    Iterator<Choice> it = list.iterator();
    int[] position = {0};
    return options -> {
      if (!it.hasNext()) {
        return rest.next(options);
      }
      Choice choice = it.next();
      position[0]++;
      if (!options.contains(choice)) {
        throw new ImpossibleChoice(position[0], choice, options);
      }
      return Optional.of(choice);
    };
  }

  /** Those of these that are possible, then {@code rest}. */
  static Chooser wherePossible(List<Choice> list, Chooser rest) {
    Iterator<Choice> it = list.iterator();
    return options -> {
      while (it.hasNext()) {
        Choice choice = it.next();
        if (options.contains(choice)) {
          return Optional.of(choice);
        }
      }
      return rest.next(options);
    };
  }

  /** A choice that is not possible at this point of the run. */
  final class ImpossibleChoice extends IllegalArgumentException {
    private final transient Choice choice;

    ImpossibleChoice(int position, Choice choice, Options options) {
      super(
          "choice "
              + position
              + ", "
              + choice
              + ", is not possible there; possible: "
              + options.normal()
              + " and faults "
              + options.faults());
      this.choice = choice;
    }

    public Choice choice() {
      return choice;
    }
  }
}
