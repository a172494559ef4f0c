package io.flotilla.registry;

/**
 * What can be watched. Every change of the catalog touches the paths whose answers it may alter,
 * and gives them its index.
 */
final class CatalogPaths {
  /** Which services there are, with their tags. */
  static final String SERVICES = "services";

  static final String NODES = "nodes";

  /** Any check. */
  static final String CHECKS = "checks";

  /** Any instance of any service, or its health. */
  static final String INSTANCES = "instances";

  static final String EVENTS = "events";

  private static final String SERVICE = "service/";

  private CatalogPaths() {}

  /** The instances of one service, their nodes and checks. */
  static String service(String name) {
    return SERVICE + name;
  }

  /** The name of the service whose path this is; or null. */
  static String serviceOf(String path) {
    return path.startsWith(SERVICE) ? path.substring(SERVICE.length()) : null;
  }

  /** One node with its services and checks. */
  static String node(String name) {
    return "node/" + name;
  }

  /** One registration through {@code agent/*}. */
  static String agent(String serviceId) {
    return "agent/" + serviceId;
  }
}
