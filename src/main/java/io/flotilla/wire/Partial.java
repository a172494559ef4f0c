package io.flotilla.wire;

/**
 * A stored message with fields from a later version.
 *
 * @param known the message without them
 */
public record Partial(Object known) {
  /** The message, or the part of it that this version knows. */
  public static Object known(Object stored) {
    return stored instanceof Partial p ? p.known : stored;
  }
}
