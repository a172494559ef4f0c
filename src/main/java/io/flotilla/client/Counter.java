package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A number that many change at the same time: a key whose value is a decimal, changed by
 * compare-and-set. Without the key it is 0.
 *
 * <p>What it can't promise: that a change whose outcome is unknown was not made. It then fails with
 * {@link OutcomeUnknownException}, and repeating it may count twice; only the caller knows which is
 * worse. Nor is it fast: each change is a write to a majority of disks, and of those that meet one
 * succeeds. Thread-safe.
 */
public final class Counter {
  /** The code of a change that met others each time it was tried; nothing was changed. */
  public static final String CONTENDED = "contended";

  private static final int ATTEMPTS = 50;
  private static final int LONGEST_PAUSE_MILLIS = 200;

  private final KeyValue kv;
  private final String key;

  Counter(KeyValue kv, String key) {
    this.kv = kv;
    this.key = key;
  }

  /** {@return the number; linearizable} */
  public CompletableFuture<Long> get() {
    return kv.get(key).thenApply(this::number);
  }

  /**
   * Adds to the number. Fails with {@link ArithmeticException} if the sum is no {@code long}, with
   * code {@link #CONTENDED} if others came first 50 times; nothing is changed then.
   *
   * @param delta may be negative
   * @return the sum
   */
  public CompletableFuture<Long> add(long delta) {
    return add(delta, 1);
  }

  private CompletableFuture<Long> add(long delta, int attempt) {
    return kv.get(key)
        .thenCompose(
            now -> {
              long sum = Math.addExact(number(now), delta);
              byte[] value = Long.toString(sum).getBytes(StandardCharsets.UTF_8);
              return kv.compareAndSet(key, value, now.map(Entry::modifyIndex).orElse(0L))
                  .thenCompose(
                      done ->
                          done ? CompletableFuture.completedFuture(sum) : again(delta, attempt));
            });
  }

  private CompletableFuture<Long> again(long delta, int attempt) {
    if (attempt == ATTEMPTS) {
      return CompletableFuture.failedFuture(
          new FlotillaException(0, CONTENDED, key + " was changed by others each time", null));
    }
    int longest = Math.min(LONGEST_PAUSE_MILLIS, 2 << Math.min(attempt, 10));
    int pause = ThreadLocalRandom.current().nextInt(longest);
    return CompletableFuture.supplyAsync(
            () -> attempt + 1, CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS))
        .thenCompose(next -> add(delta, next));
  }

  private long number(Optional<Entry> entry) {
    try {
      return entry.map(e -> Long.parseLong(e.text())).orElse(0L);
    } catch (NumberFormatException e) {
      throw new FlotillaException(
          200, FlotillaException.BAD_ANSWER, "the value of " + key + " is not a number", e);
    }
  }
}
