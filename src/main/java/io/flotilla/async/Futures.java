package io.flotilla.async;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Whoever wants to know why a stage failed asks here. */
public final class Futures {
  private Futures() {}

  /**
   * What went wrong, out of what stages wrap it in: each stage that passes a failure on may add a
   * {@link CompletionException}, and {@code Future.get} an {@link ExecutionException}.
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
