package io.flotilla.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Until when a caller waits.
 *
 * @param at as {@link System#nanoTime} counts; null: for ever
 */
record Deadline(Long at) {
  static final Deadline NEVER = new Deadline(null);

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  boolean isOver() {
    return at != null && at - System.nanoTime() <= 0;
  }

  /** Waits for the result; empty if the time is over, or the future was cancelled, before. */
  <T> Optional<T> await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return Optional.of(
          at == null
              ? future.get()
              : future.get(Math.max(1, at - System.nanoTime()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      future.cancel(true);
      return Optional.empty();
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (FlotillaException.unwrap(e) instanceof FlotillaException known) {
        throw known;
      }
      throw new CompletionException(e.getCause());
    }
  }
}
