package io.flotilla.http;

import io.flotilla.registry.balance.ExactPick;
import io.flotilla.registry.coordinator.Coordinator.Status;
import java.util.concurrent.CompletionStage;

/** The coordinator, wherever it lives. An answer fails if none comes in time. */
public interface CoordinatorView extends ExactPick {
  CompletionStage<Status> status();
}
