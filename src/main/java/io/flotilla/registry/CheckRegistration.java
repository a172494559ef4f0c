package io.flotilla.registry;

/**
 * What the registration of a check says.
 *
 * @param type {@code ttl}, {@code http}, {@code tcp}, {@code maintenance}, a {@link CheckKind#type}
 *     or empty
 * @param serviceId empty: it is the node's, and counts for every service there
 * @param definition how the check is made
 * @param agent as with {@link ServiceRegistration}
 */
public record CheckRegistration(
    String name,
    String type,
    String notes,
    String serviceId,
    CheckDefinition definition,
    boolean agent) {

  /** Most checks have no definition: they share one, also those that were read from the log. */
  public CheckRegistration {
    definition = CheckDefinition.NONE.equals(definition) ? CheckDefinition.NONE : definition;
  }

  /** Roughly what it occupies. */
  long bytes() {
    return name.length() + notes.length() + definition.bytes();
  }
}
