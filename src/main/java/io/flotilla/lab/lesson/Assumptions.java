package io.flotilla.lab.lesson;

import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Faults;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an algorithm takes for granted. A run in which something else happens proves nothing about
 * it, whatever breaks.
 *
 * @param tolerates the faults that it is made for
 * @param reorder whether messages between two nodes may overtake each other
 */
public record Assumptions(Set<Kind> tolerates, boolean reorder) {

  /** Everything but what is listed, as in {@code drop,dup,crash,reorder}. */
  static Assumptions tolerating(String list) {
    Faults faults = Faults.NONE;
    for (String word : list.split(",")) {
      faults = word.equals("reorder") ? faults.withReorder() : plus(faults, word);
    }
    return new Assumptions(faults.most().keySet(), faults.reorder());
  }

  private static Faults plus(Faults faults, String word) {
    Kind kind = Faults.parse(word + "=1").most().firstKey();
    return faults.with(kind, 1);
  }

  /** The first of these choices that the algorithm assumes not to happen, and what it assumes. */
  public Optional<String> broken(List<Choice> choices) {
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = choices.get(i);
      boolean overtakes = choice.kind() == Kind.DELIVER && choice.nth() > 1 && !reorder;
      if (overtakes || Faults.KINDS.contains(choice.kind()) && !tolerates.contains(choice.kind())) {
        String rule = overtakes ? IN_ORDER : rule(choice.kind());
        return Optional.of("it assumes that " + rule + ", but step " + (i + 1) + " is " + choice);
      }
    }
    return Optional.empty();
  }

  private static final String IN_ORDER = "messages between two nodes stay in order";

  private static String rule(Kind kind) {
    return switch (kind) {
      case DROP -> "no message is lost";
      case DUP -> "no message is duplicated";
      case CRASH -> "no node crashes";
      case CUT, ONEWAY -> "the network is whole";
      case PAUSE, SLOW -> "no node is slower than it should be";
      case POWER, TEAR -> "what was written stays written";
      default -> throw new IllegalArgumentException(kind + " is no fault.");
    };
  }

  @Override
  public String toString() {
    List<String> rules =
        Stream.concat(
                Faults.KINDS.stream().filter(k -> !tolerates.contains(k)).map(Assumptions::rule),
                reorder ? Stream.empty() : Stream.of(IN_ORDER))
            .distinct()
            .collect(Collectors.toList());
    return rules.isEmpty()
        ? "assumes nothing of nodes and network"
        : "assumes: " + String.join("; ", rules);
  }
}
