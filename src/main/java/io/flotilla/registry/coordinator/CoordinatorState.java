package io.flotilla.registry.coordinator;

import io.flotilla.registry.coordinator.CoordinatorEvent.Began;
import io.flotilla.registry.coordinator.CoordinatorEvent.NamespaceFound;
import io.flotilla.wire.StoredMessage;
import java.util.List;
import java.util.TreeSet;

/**
 * What the coordinator knows across its moves.
 *
 * @param term how often it has moved; 0 before its first start
 * @param node where it lives
 * @param sinceMillis since when, in milliseconds since 1970
 * @param namespaces those in use: with something registered, or with sessions; in their order
 */
record CoordinatorState(long term, String node, long sinceMillis, List<String> namespaces)
    implements StoredMessage {

  static CoordinatorState empty() {
    return new CoordinatorState(0, "", 0, List.of());
  }

  CoordinatorState apply(CoordinatorEvent event) {
    if (event instanceof Began began) {
      return new CoordinatorState(term + 1, began.node(), began.sinceMillis(), namespaces);
    }
    TreeSet<String> more = new TreeSet<>(namespaces);
    more.add(((NamespaceFound) event).namespace());
    return new CoordinatorState(term, node, sinceMillis, List.copyOf(more));
  }
}
