package io.flotilla.registry;

/**
 * A health check of a node, or of a service on it. Where and how it is shown, {@link CheckEntry}
 * says.
 *
 * @param definitionIndex index of the change that gave it this registration
 */
public record Check(
    Key key, CheckRegistration registration, Standing standing, long definitionIndex, Stamp stamp) {

  /** The id of the check that says whether a Flotilla node is there. Kept by the coordinator. */
  public static final String SERF_HEALTH = "serfHealth";

  public static final String NODE_MAINTENANCE = "_node_maintenance";

  private static final String SERVICE_MAINTENANCE = "_service_maintenance:";

  public static String serviceMaintenance(String serviceId) {
    return SERVICE_MAINTENANCE + serviceId;
  }

  /** A check as it is registered. */
  public static Check registered(
      Key key, CheckRegistration registration, Status status, String output) {
    return new Check(key, registration, new Standing(status, output, 0), 0, Stamp.NONE);
  }

  public String node() {
    return key.node();
  }

  public String id() {
    return key.id();
  }

  public String serviceId() {
    return registration.serviceId();
  }

  public CheckDefinition definition() {
    return registration.definition();
  }

  public boolean agent() {
    return registration.agent();
  }

  public Status status() {
    return standing.status();
  }

  public String output() {
    return standing.output();
  }

  public boolean critical() {
    return status() == Status.CRITICAL;
  }

  public boolean isOfNode() {
    return serviceId().isEmpty();
  }

  /** Whether only Flotilla itself registers checks of this id. */
  public static boolean isReserved(String id) {
    return id.equals(SERF_HEALTH)
        || id.equals(NODE_MAINTENANCE)
        || id.startsWith(SERVICE_MAINTENANCE);
  }

  public boolean maintenance() {
    return id().equals(NODE_MAINTENANCE) || id().startsWith(SERVICE_MAINTENANCE);
  }

  /** Whether both are the same, whenever they were registered. */
  boolean isSameAs(Check other) {
    return key.equals(other.key)
        && registration.equals(other.registration)
        && standing.equals(other.standing);
  }

  /** The check as it stands now; {@code nowMillis} counts only if this makes it critical. */
  Check standing(Status now, String output, long nowMillis) {
    return new Check(
        key,
        registration,
        standing.next(now, output, nowMillis),
        definitionIndex,
        stamp.replaced());
  }

  /** The check registered anew: it stands as it did. */
  Check asBefore(Check old) {
    return new Check(key, registration, old.standing, old.definitionIndex, old.stamp.replaced());
  }

  /** The same check, of a service that moves to another node. */
  Check at(String otherNode) {
    return new Check(
        new Key(otherNode, id()), registration, standing, definitionIndex, stamp.replaced());
  }

  /**
   * The check as the change with this index leaves it.
   *
   * @param old what it replaces, or null
   */
  Check appliedAt(long index, Check old) {
    boolean defined = old == null || !old.registration.equals(registration);
    return new Check(
        key,
        registration,
        standing,
        defined ? index : old.definitionIndex,
        (old == null ? stamp : old.stamp).appliedAt(index));
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 240 + id().length() + registration.bytes() + output().length();
  }
}
