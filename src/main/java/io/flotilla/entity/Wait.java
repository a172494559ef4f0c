package io.flotilla.entity;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How long a read waits for news before it is answered as things are.
 *
 * @param most the longest it waits
 * @param over completes when nobody wants it to wait any longer, such as when the client has left
 */
public record Wait(Duration most, CompletableFuture<?> over) {
  /** To be answered at once. */
  public static final Wait NOT = atMost(Duration.ZERO);

  public static Wait atMost(Duration most) {
    return new Wait(most, new CompletableFuture<>());
  }
}
