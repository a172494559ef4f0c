package io.flotilla.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Finds out whether linearizable reads get through. All who ask at the same time share an answer.
 */
final class ReadCheck {
  /** Shorter than the time that probes of readiness usually wait. */
  static final Duration PATIENCE = Duration.ofMillis(900);

  private final Supplier<CompletionStage<?>> read;
  private CompletableFuture<Boolean> underWay = CompletableFuture.completedFuture(true);

  /**
   * @param read completes once everything acknowledged before the call is here
   */
  ReadCheck(Supplier<CompletionStage<?>> read) {
    this.read = read;
  }

  /** {@return whether a read that begins now succeeds within {@link #PATIENCE}} */
  synchronized CompletionStage<Boolean> passes() {
    if (underWay.isDone()) {
      underWay =
          read.get()
              .toCompletableFuture()
              .copy()
              .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .handle((done, failure) -> failure == null);
    }
    return underWay.copy();
  }
}
