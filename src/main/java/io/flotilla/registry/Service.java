package io.flotilla.registry;

/**
 * One instance of a service.
 *
 * @param key names the node it runs on; if it was registered through {@code agent/*}, the Flotilla
 *     node it came through
 */
public record Service(Key key, ServiceRegistration registration, Stamp stamp) {

  /** A service as it is registered. */
  public static Service registered(Key key, ServiceRegistration registration) {
    return new Service(key, registration, Stamp.NONE);
  }

  public String node() {
    return key.node();
  }

  public String id() {
    return key.id();
  }

  public String name() {
    return registration.name();
  }

  public boolean agent() {
    return registration.agent();
  }

  /** Whether both are the same, whenever they were registered. */
  boolean isSameAs(Service other) {
    return key.equals(other.key) && registration.equals(other.registration);
  }

  Service ofItsNodeAlone() {
    return new Service(key, registration.ofItsNodeAlone(), stamp);
  }

  /** The service that takes the place of another and came when that one did. */
  Service replacing(Service old) {
    return new Service(key, registration, old.stamp.replaced());
  }

  /**
   * The service as the change with this index leaves it.
   *
   * @param old what it replaces, or null
   */
  Service appliedAt(long index, Service old) {
    return new Service(key, registration, (old == null ? stamp : old.stamp).appliedAt(index));
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 240 + id().length() + registration.bytes();
  }
}
