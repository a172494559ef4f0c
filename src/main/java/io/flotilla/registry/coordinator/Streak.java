package io.flotilla.registry.coordinator;

import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;

/**
 * How one check stands by its last outcomes: it becomes passing after enough successes in a row,
 * critical after enough failures (Consul's SuccessBeforePassing, FailuresBeforeCritical).
 */
final class Streak {
  private int successes;
  private int failures;

  /** How the check stands now, given how it stood before. */
  Status after(Status outcome, Status before, CheckDefinition definition) {
    if (outcome == Status.CRITICAL) {
      successes = 0;
      failures = Math.min(failures + 1, definition.failuresBeforeCritical());
      return failures >= definition.failuresBeforeCritical() ? outcome : before;
    }
    failures = 0;
    successes = Math.min(successes + 1, definition.successBeforePassing());
    return successes >= definition.successBeforePassing() ? outcome : before;
  }
}
