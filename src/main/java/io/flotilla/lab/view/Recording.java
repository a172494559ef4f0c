package io.flotilla.lab.view;

import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.SimEvent;
import java.util.List;

/**
 * A run, written down.
 *
 * @param nodes the lanes, in order
 * @param events all that happened, states included
 * @param choices the choice of each step
 * @param verdicts the verdict on each property
 */
public record Recording(
    String title,
    String subtitle,
    List<String> nodes,
    List<SimEvent> events,
    List<Choice> choices,
    List<Verdict> verdicts) {

  /**
   * The verdict on a property.
   *
   * @param kind "always", "at end" or "sometimes"
   * @param outcome "holds", "BROKEN", "outside" (broken, but outside the algorithm's assumptions),
   *     "seen", "not seen" or "not judged"
   * @param step where it broke, or -1
   */
  public record Verdict(String property, String kind, String outcome, String detail, int step) {
    public boolean isBroken() {
      return outcome.equals("BROKEN");
    }
  }
}
