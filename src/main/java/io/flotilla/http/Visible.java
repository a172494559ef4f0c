package io.flotilla.http;

import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.registry.CatalogResult;
import io.flotilla.registry.CheckEntry;
import io.flotilla.registry.Node;
import io.flotilla.registry.PreparedQuery;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.UserEvent;

/**
 * Which items of a list are in the answer to somebody: as in Consul, whoever may not read the rest
 * gets a shorter list.
 */
final class Visible {
  /** Says it of one kind of item. */
  interface Rule<E> {
    boolean isSeen(Grant grant, E item);
  }

  private Visible() {}

  static boolean node(Grant grant, Node node) {
    return grant.allows(Resource.NODE, node.name(), Level.READ);
  }

  static boolean name(Grant grant, CatalogResult.NameAndTags service) {
    return grant.allows(Resource.SERVICE, service.name(), Level.READ);
  }

  /** An instance shows its node too. */
  static boolean instance(Grant grant, ServiceEntry entry) {
    return node(grant, entry.node()) && registration(grant, entry);
  }

  /** As it was registered, which says nothing about a node. */
  static boolean registration(Grant grant, ServiceEntry entry) {
    return service(grant, entry.service());
  }

  static boolean service(Grant grant, Service service) {
    return grant.allows(Resource.SERVICE, service.name(), Level.READ);
  }

  static boolean check(Grant grant, CheckEntry check) {
    return grant.allows(Resource.NODE, check.node(), Level.READ)
        && (check.serviceName().isEmpty()
            || grant.allows(Resource.SERVICE, check.serviceName(), Level.READ));
  }

  static boolean item(Grant grant, CatalogResult.Item item) {
    return (item.node() == null || node(grant, item.node()))
        && (item.service() == null || service(grant, item.service()))
        && (item.check() == null || check(grant, item.check()));
  }

  static boolean query(Grant grant, PreparedQuery query) {
    return grant.allows(Resource.QUERY, query.name(), Level.READ);
  }

  static boolean event(Grant grant, UserEvent event) {
    return grant.allows(Resource.EVENT, event.name(), Level.READ);
  }
}
