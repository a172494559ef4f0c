package io.flotilla.async;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Finds out why a stage failed. */
public final class Futures {
  private Futures() {}

  /**
   * Unwraps a failure: each stage that passes one on may add a {@link CompletionException}, and
   * {@code Future.get} an {@link ExecutionException}.
   */
  public static Throwable unwrap(Throwable failure) {
    Throwable t = failure;
    while ((t instanceof CompletionException || t instanceof ExecutionException)
        && t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }
}
