package io.flotilla.registry;

import io.flotilla.entity.Fact;

/**
 * What a write to the catalog changed. What replaces something of the same key keeps its
 * createIndex.
 */
public sealed interface CatalogChange extends Fact {
  record NodePut(long index, Node node) implements CatalogChange {}

  /**
   * Its services and checks are gone already.
   *
   * @param member whether it was a Flotilla node
   */
  record NodeGone(long index, String node, boolean member) implements CatalogChange {}

  record ServicePut(long index, Service service) implements CatalogChange {}

  /** Its checks are gone already. */
  record ServiceGone(long index, Key service) implements CatalogChange {}

  record CheckPut(long index, Check check) implements CatalogChange {}

  record CheckGone(long index, Key check) implements CatalogChange {}

  record EventFired(long index, UserEvent event) implements CatalogChange {}

  record QueryPut(long index, PreparedQuery query) implements CatalogChange {}

  record QueryGone(long index, String query) implements CatalogChange {}

  /** All before this is from a backup; the index is greater than any that was ever given. */
  record Restored(long index) implements CatalogChange {}

  @Override
  default long bytes() {
    if (this instanceof NodePut p) {
      return p.node().bytes();
    } else if (this instanceof ServicePut p) {
      return p.service().bytes();
    } else if (this instanceof CheckPut p) {
      return p.check().bytes();
    } else if (this instanceof EventFired f) {
      return f.event().bytes();
    } else if (this instanceof QueryPut p) {
      return p.query().bytes();
    }
    return 64;
  }
}
