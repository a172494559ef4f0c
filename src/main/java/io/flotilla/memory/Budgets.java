package io.flotilla.memory;

import java.util.List;

/**
 * The budgets of a node. Together they leave enough of the heap for the state and for what is
 * passing through.
 *
 * @param connections open HTTP connections, whatever they do
 * @param waiting blocking queries
 * @param bodies of requests, from when they arrive until they are answered
 * @param requests operations under way
 * @param answers what was not taken by the clients yet
 */
public record Budgets(
    Budget connections, Budget waiting, Budget bodies, Budget requests, Budget answers) {
  /** Of the heap, each between 0 and 1. */
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
