package io.flotilla.journal;

import io.flotilla.async.Futures;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.concurrent.Promise$;

/** Converts completion stages to Scala futures for Akka Persistence. */
final class ScalaFutures {
  private ScalaFutures() {}

  /** Fails with the original exception, unwrapped: callers match on its type. */
  static <T, R> Future<R> of(CompletionStage<T> stage, Function<T, R> result) {
    Promise<R> promise = Promise$.MODULE$.apply();
    stage.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            promise.failure(Futures.unwrap(failure));
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
