package io.flotilla.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FuturesTest {
  private final IOException why = new IOException("why");

  @Test
  void however_many_stages_a_failure_went_through_it_is_found() {
    CompletableFuture<Object> failed = CompletableFuture.failedFuture(why);
    CompletableFuture<Throwable> seen =
        failed
            .thenApply(x -> x)
            .exceptionally(
                failure -> {
                  throw new CompletionException(new ExecutionException(failure));
                })
            .thenApply(x -> x)
            .handle((x, failure) -> failure);
    assertThat(seen.join().getCause()).isNotSameAs(why);
    assertThat(Futures.unwrap(seen.join())).isSameAs(why);
    assertThat(Futures.unwrap(assertThrows(ExecutionException.class, failed::get))).isSameAs(why);
  }

  @Test
  void what_is_not_wrapped_stays_as_it_is_with_its_own_cause() {
    RuntimeException own = new IllegalStateException(why);
    assertThat(Futures.unwrap(own)).isSameAs(own);
    CompletionException empty = new CompletionException("nothing in it", null);
    assertThat(Futures.unwrap(empty)).isSameAs(empty);
  }
}
