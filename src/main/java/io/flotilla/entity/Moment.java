package io.flotilla.entity;

/**
 * When a batch was decided.
 *
 * @param logMillis in the entity's own time, see {@link LogClock}: this decides
 * @param wallMillis in milliseconds since 1970, as the clock of the node showed it: for people to
 *     read, and for nothing else
 */
public record Moment(long logMillis, long wallMillis) {
  /** Stands for the time of what is decided, but never stored. */
  static final Moment NEVER = new Moment(0, 0);
}
