package io.flotilla.registry;

import java.util.List;

/**
 * A health check of a node, or of a service on it.
 *
 * @param node as with {@link Service}
 * @param type {@code ttl}, {@code http}, {@code tcp}, {@code maintenance} or empty
 * @param serviceId empty: it is the node's, and counts for every service there
 * @param serviceName of the service; only set in answers, as {@code serviceTags}
 * @param agent as with {@link Service}
 * @param definitionIndex index of the change that gave it this definition
 * @param criticalSinceMillis since when it is critical, in the catalog's own time ({@link
 *     io.flotilla.entity.LogClock}); 0 if it is not
 */
public record Check(
    String node,
    String id,
    String name,
    String type,
    Status status,
    String notes,
    String output,
    String serviceId,
    String serviceName,
    List<String> serviceTags,
    CheckDefinition definition,
    boolean agent,
    long definitionIndex,
    long criticalSinceMillis,
    long createIndex,
    long modifyIndex) {

  /** The id of the check that says whether a Flotilla node is there. Kept by the coordinator. */
  public static final String SERF_HEALTH = "serfHealth";

  public static final String NODE_MAINTENANCE = "_node_maintenance";

  private static final String SERVICE_MAINTENANCE = "_service_maintenance:";

  public static String serviceMaintenance(String serviceId) {
    return SERVICE_MAINTENANCE + serviceId;
  }

  /** A check as it is registered. */
  public static Check registered(
      String node,
      String id,
      String name,
      String type,
      Status status,
      String notes,
      String output,
      String serviceId,
      CheckDefinition definition,
      boolean agent) {
    return new Check(
        node,
        id,
        name,
        type,
        status,
        notes,
        output,
        serviceId,
        "",
        List.of(),
        definition,
        agent,
        0,
        0,
        0,
        0);
  }

  public Key key() {
    return new Key(node, id);
  }

  public boolean critical() {
    return status == Status.CRITICAL;
  }

  boolean isOfNode() {
    return serviceId.isEmpty();
  }

  /** Whether only Flotilla itself registers checks of this id. */
  public static boolean isReserved(String id) {
    return id.equals(SERF_HEALTH)
        || id.equals(NODE_MAINTENANCE)
        || id.startsWith(SERVICE_MAINTENANCE);
  }

  public boolean maintenance() {
    return id.equals(NODE_MAINTENANCE) || id.startsWith(SERVICE_MAINTENANCE);
  }

  /** Whether both say the same about how the check is made and what it is called. */
  boolean isDefinedAs(Check other) {
    return name.equals(other.name)
        && type.equals(other.type)
        && notes.equals(other.notes)
        && serviceId.equals(other.serviceId)
        && definition.equals(other.definition);
  }

  /** The check as it stands now; {@code nowMillis} counts only if this makes it critical. */
  Check standing(Status now, String what, long nowMillis) {
    long since = now != Status.CRITICAL ? 0 : isSinceKnown() ? criticalSinceMillis : nowMillis;
    return with(node, now, what, serviceName, serviceTags, definitionIndex, since, createIndex, 0);
  }

  private boolean isSinceKnown() {
    return critical() && criticalSinceMillis != 0;
  }

  /** The check as it is shown: on the node where its service is at home. */
  Check shown(String home, String name, List<String> tags) {
    return with(
        home,
        status,
        output,
        name,
        tags,
        definitionIndex,
        criticalSinceMillis,
        createIndex,
        modifyIndex);
  }

  /** The check registered anew: it stands as it did. */
  Check asBefore(Check old) {
    return with(
        node,
        old.status,
        old.output,
        "",
        List.of(),
        old.definitionIndex,
        old.criticalSinceMillis,
        old.createIndex,
        0);
  }

  boolean isSameAs(Check other) {
    return indexed(0, 0, 0).equals(other.indexed(0, 0, 0));
  }

  /** The same check, of a service that moves to another node. */
  Check at(String otherNode) {
    return with(
        otherNode,
        status,
        output,
        "",
        List.of(),
        definitionIndex,
        criticalSinceMillis,
        createIndex,
        0);
  }

  Check indexed(long defined, long created, long modified) {
    return with(
        node,
        status,
        output,
        serviceName,
        serviceTags,
        defined,
        criticalSinceMillis,
        created,
        modified);
  }

  private Check with(
      String newNode,
      Status newStatus,
      String newOutput,
      String ofService,
      List<String> tags,
      long defined,
      long since,
      long created,
      long modified) {
    return new Check(
        newNode,
        id,
        name,
        type,
        newStatus,
        notes,
        newOutput,
        serviceId,
        ofService,
        tags,
        definition,
        agent,
        defined,
        since,
        created,
        modified);
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 240
        + id.length()
        + name.length()
        + notes.length()
        + output.length()
        + definition.bytes();
  }
}
