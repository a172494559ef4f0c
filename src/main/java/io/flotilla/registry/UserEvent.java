package io.flotilla.registry;

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

  /** How many are remembered. */
  public static final int KEPT = 256;

  UserEvent at(long number) {
    return new UserEvent(id, name, payload, nodeFilter, serviceFilter, tagFilter, number);
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 128 + name.length() + (payload == null ? 0 : payload.length);
  }
}
