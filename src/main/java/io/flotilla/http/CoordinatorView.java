package io.flotilla.http;

import io.flotilla.registry.coordinator.Coordinator.Choice;
import io.flotilla.registry.coordinator.Coordinator.Status;
import java.util.concurrent.CompletionStage;

/** The coordinator, wherever it lives. An answer fails if none comes in time. */
public interface CoordinatorView {
  CompletionStage<Status> status();

  /** The next instance of a service by turns, one order for the whole cluster. */
  CompletionStage<Choice> pick(String namespace, String service);
}
