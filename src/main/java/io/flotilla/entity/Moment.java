package io.flotilla.entity;

/**
 * When a batch was decided.
 *
 * @param logMillis in the entity's own time, see {@link LogClock}: this decides
 * @param wallMillis in milliseconds since 1970, as the clock of the node showed it: for people to
 *     read, and for nothing else
 */
public record Moment(long logMillis, long wallMillis) {
  /** Of what is decided, but never stored. */
  public static final Moment NONE = new Moment(0, 0);
}
