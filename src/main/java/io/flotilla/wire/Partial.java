package io.flotilla.wire;

/**
 * A stored message in which there are fields of a later version.
 *
 * @param known the message without them
 */
public record Partial(Object known) {
  /** The message, or what is known of it. */
  public static Object known(Object stored) {
    return stored instanceof Partial p ? p.known : stored;
  }
}
