package io.flotilla.registry.balance;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Round robin that is exact for the whole cluster: whoever implements it picks for all nodes. */
@FunctionalInterface
public interface ExactPick {
  /** What was picked, and from which version of the table. */
  record Choice(Instance instance, Version version) {}

  /**
   * @return empty if the service has no instance; fails when nobody answers
   */
  CompletionStage<Optional<Choice>> pick(String namespace, String service);
}
