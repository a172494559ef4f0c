package io.flotilla.registry.coordinator;

import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Asks a service whether it is well. */
public interface Probe {
  /** Asks once. Never fails, and ends after the definition's timeout. */
  CompletionStage<Outcome> ask(CheckDefinition definition);

  /**
   * A probe for both kinds of active checks.
   *
   * @param blocking looks up names
   */
  static Probe of(Targets targets, Executor blocking) {
    Probe http = new HttpProbe(targets, blocking);
    Probe tcp = new TcpProbe(targets, blocking);
    return definition -> (definition.http().isEmpty() ? tcp : http).ask(definition);
  }
}
