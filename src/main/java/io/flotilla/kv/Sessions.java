package io.flotilla.kv;

import io.flotilla.entity.Owned;
import java.util.Collection;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The sessions of a namespace and the keys each of them holds.
 *
 * @param held follows from the entries, and so is not stored
 * @param owned how many each client has; likewise
 * @param index of the last session that was created or ended
 */
record Sessions(
    TreePMap<String, Session> byId, PMap<String, TreePSet<String>> held, Owned owned, long index) {

  static Sessions none() {
    return new Sessions(TreePMap.empty(), HashTreePMap.empty(), Owned.none(), 0);
  }

  Session get(String id) {
    return byId.get(id);
  }

  /** The session of this id, if there is one. */
  List<Session> list(String id) {
    Session session = byId.get(id);
    return session == null ? List.of() : List.of(session);
  }

  Collection<Session> all() {
    return byId.values();
  }

  /** The keys that it holds, in their order. */
  Collection<String> heldBy(String id) {
    return held.getOrDefault(id, TreePSet.empty(KeyOrder.BY_CODE_POINT));
  }

  Sessions with(Session session) {
    return new Sessions(
        byId.plus(session.id(), session), held, owned.plus(session.owner()), session.createIndex());
  }

  Sessions without(String id, long at) {
    return new Sessions(byId.minus(id), held, owned.minus(get(id).owner()), at);
  }

  /** As a checkpoint tells it. */
  Sessions at(long last) {
    return new Sessions(byId, held, owned, last);
  }

  /**
   * A key changed hands.
   *
   * @param from the session that held it, or null
   * @param to the session that holds it now, or null
   */
  Sessions moved(String key, String from, String to) {
    if (from == null ? to == null : from.equals(to)) {
      return this;
    }
    PMap<String, TreePSet<String>> map = held;
    if (from != null) {
      TreePSet<String> left =
          map.getOrDefault(from, TreePSet.empty(KeyOrder.BY_CODE_POINT)).minus(key);
      map = left.isEmpty() ? map.minus(from) : map.plus(from, left);
    }
    if (to != null) {
      map = map.plus(to, map.getOrDefault(to, TreePSet.empty(KeyOrder.BY_CODE_POINT)).plus(key));
    }
    return new Sessions(byId, map, owned, index);
  }
}
