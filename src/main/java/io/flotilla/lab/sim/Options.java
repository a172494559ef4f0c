package io.flotilla.lab.sim;

import java.util.Arrays;
import java.util.List;

/**
 * What may happen next.
 *
 * @param normal what the world does by itself, the most natural first
 * @param faults what may go wrong or be mended
 */
public record Options(List<Choice> normal, List<Choice> faults) {
  /** Whether nothing is left to happen by itself. */
  public boolean quiet() {
    return normal.isEmpty();
  }

  public boolean contains(Choice choice) {
    if (choice.kind() == Choice.Kind.CUT) {
      // The menu offers to cut off one node; whoever writes a list may cut off several.
      return Arrays.stream(choice.a().split("\\+"))
          .allMatch(node -> faults.contains(Choice.of(Choice.Kind.CUT, node)));
    }
    return normal.contains(choice) || faults.contains(choice);
  }
}
