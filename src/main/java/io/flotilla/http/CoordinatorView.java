package io.flotilla.http;

import io.flotilla.registry.balance.ExactPick;
import io.flotilla.registry.coordinator.Coordinator.Status;
import java.util.concurrent.CompletionStage;

/** The coordinator, on whichever node it runs. An answer fails if it does not arrive in time. */
public interface CoordinatorView extends ExactPick {
  CompletionStage<Status> status();
}
