package io.flotilla.registry;

import java.util.Collection;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * The prepared queries of a namespace.
 *
 * @param byName their ids by their names, whose case doesn't count
 */
record Queries(TreePMap<String, PreparedQuery> byId, PMap<String, String> byName, long bytes) {

  static Queries none() {
    return new Queries(TreePMap.empty(), HashTreePMap.empty(), 0);
  }

  Collection<PreparedQuery> all() {
    return byId.values();
  }

  PreparedQuery get(String id) {
    return byId.get(id);
  }

  /** Null if there is none of this name. */
  PreparedQuery named(String name) {
    String id = byName.get(CatalogPaths.folded(name));
    return id == null ? null : byId.get(id);
  }

  Queries with(PreparedQuery query) {
    Queries rest = without(query.id());
    return new Queries(
        rest.byId.plus(query.id(), query),
        rest.byName.plus(CatalogPaths.folded(query.name()), query.id()),
        rest.bytes + query.bytes());
  }

  Queries without(String id) {
    PreparedQuery old = byId.get(id);
    return old == null
        ? this
        : new Queries(
            byId.minus(id), byName.minus(CatalogPaths.folded(old.name())), bytes - old.bytes());
  }
}
