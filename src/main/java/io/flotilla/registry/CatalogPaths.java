package io.flotilla.registry;

import java.util.Locale;

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

  /** Any prepared query. */
  static final String QUERIES = "queries";

  private static final String SERVICE = "service/";

  private CatalogPaths() {}

  /** The instances of one service, their nodes and checks. */
  static String service(String name) {
    return SERVICE + folded(name);
  }

  /** Names of services, and tags, are compared without regard to case, and shown as given. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** A path as it is now: checkpoints from before name services as given. */
  static String ofNow(String stored) {
    String name = serviceOf(stored);
    return name == null ? stored : service(name);
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
