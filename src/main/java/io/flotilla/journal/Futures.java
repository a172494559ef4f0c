package io.flotilla.journal;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.concurrent.Promise$;

/** Between Java's and Scala's futures. */
final class Futures {
  private Futures() {}

  static Throwable unwrap(Throwable failure) {
    Throwable t = failure;
    while ((t instanceof CompletionException || t instanceof ExecutionException)
        && t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }

  /** With the failure itself, not wrapped: callers match on its type. */
  static <T, R> Future<R> toScala(CompletionStage<T> stage, Function<T, R> result) {
    Promise<R> promise = Promise$.MODULE$.apply();
    stage.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            promise.failure(unwrap(failure));
            return;
          }
          try {
            promise.success(result.apply(value));
          } catch (RuntimeException e) {
            promise.failure(e);
          }
        });
    return promise.future();
  }
}
