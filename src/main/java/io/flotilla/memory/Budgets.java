package io.flotilla.memory;

import java.util.List;

/**
 * The budgets of a node. Together they leave enough of the heap for the state and for data in
 * transit.
 *
 * @param connections open HTTP connections, even idle ones
 * @param waiting blocking queries
 * @param bodies request bodies, from arrival until the answer
 * @param requests operations in progress
 * @param answers answers that the clients have not taken yet
 */
public record Budgets(
    Budget connections, Budget waiting, Budget bodies, Budget requests, Budget answers) {
  /** Parts of the heap, each between 0 and 1. */
  public static Budgets shares(
      double connections, double waiting, double bodies, double requests, double answers) {
    return new Budgets(
        Budget.share("connections", connections),
        Budget.share("waiting", waiting),
        Budget.share("bodies", bodies),
        Budget.share("requests", requests),
        Budget.share("answers", answers));
  }

  public List<Budget> all() {
    return List.of(connections, waiting, bodies, requests, answers);
  }
}
