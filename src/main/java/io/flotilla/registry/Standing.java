package io.flotilla.registry;

/**
 * How a check stands.
 *
 * @param output what it said last
 * @param criticalSinceMillis since when it is critical, in the catalog's own time ({@link
 *     io.flotilla.entity.LogClock}); 0 if it is not
 */
public record Standing(Status status, String output, long criticalSinceMillis) {

  /** {@code nowMillis} counts only if this makes it critical. */
  Standing next(Status now, String said, long nowMillis) {
    boolean known = status == Status.CRITICAL && criticalSinceMillis != 0;
    return new Standing(
        now, said, now != Status.CRITICAL ? 0 : known ? criticalSinceMillis : nowMillis);
  }
}
