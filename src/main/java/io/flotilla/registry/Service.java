package io.flotilla.registry;

/**
 * One instance of a service.
 *
 * @param key names the node it runs on; if it was registered through {@code agent/*}, the Flotilla
 *     node it came through
 * @param owner the client that registered it first, whose limits it counts against; empty: nobody
 */
public record Service(Key key, ServiceRegistration registration, Stamp stamp, String owner) {

  /** A service as it is registered. */
  public static Service registered(Key key, ServiceRegistration registration, String owner) {
    return new Service(key, registration, Stamp.NONE, owner);
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
    return new Service(key, registration.ofItsNodeAlone(), stamp, owner);
  }

  /** The service that takes the place of another and came when that one did. */
  Service replacing(Service old) {
    return new Service(key, registration, old.stamp.replaced(), old.owner);
  }

  /**
   * The service as the change with this index leaves it.
   *
   * @param old what it replaces, or null
   */
  Service appliedAt(long index, Service old) {
    return old == null
        ? new Service(key, registration, stamp.appliedAt(index), owner)
        : new Service(key, registration, old.stamp.appliedAt(index), old.owner);
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 240 + id().length() + owner.length() + registration.bytes();
  }
}
