package io.flotilla.entity;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How long a read waits for news before it is answered as things are.
 *
 * @param minIndex what is new has an index above this
 * @param most the longest it waits
 * @param over completes when nobody wants it to wait any longer, such as when the client has left
 */
public record Wait(long minIndex, Duration most, CompletableFuture<?> over) {
  /** To be answered at once. */
  public static final Wait NOT = atMost(0, Duration.ZERO);

  public static Wait atMost(long minIndex, Duration most) {
    return new Wait(minIndex, most, new CompletableFuture<>());
  }
}
