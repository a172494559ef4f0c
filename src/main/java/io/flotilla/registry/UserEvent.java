package io.flotilla.registry;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What somebody announced to all ({@code event/fire}).
 *
 * @param payload as it was sent, or null
 * @param nodeFilter passed on to whoever reads it, and not applied here; so are the other two
 * @param time number of the event in its namespace, from 1
 */
public record UserEvent(
    String id,
    String name,
    byte[] payload,
    String nodeFilter,
    String serviceFilter,
    String tagFilter,
    long time) {

  /** Both halves begin with the bits that say, in the second, which kind of UUID this is. */
  private static final long VARIANT = 1L << 63;

  private static final long VARIANT_MASK = -1L >>> 2;

  /** How many are remembered. */
  public static final int KEPT = 256;

  /** The event as the change with this index announces it. */
  UserEvent at(long index, long number) {
    return new UserEvent(
        idAt(id, index), name, payload, nodeFilter, serviceFilter, tagFilter, number);
  }

  /**
   * Consul's clients know by its id up to where they have read: the two halves of the UUID, one XOR
   * the other, are the index that a list had whose last event this was.
   *
   * @param id given when it was fired, when the index wasn't known yet
   */
  public static String idAt(String id, long index) {
    UUID given = UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
    long half = given.getMostSignificantBits() & VARIANT_MASK | VARIANT;
    return new UUID(half, half ^ index).toString();
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 128 + name.length() + (payload == null ? 0 : payload.length);
  }
}
