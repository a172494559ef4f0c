package io.flotilla.registry.coordinator;

import io.flotilla.wire.StoredMessage;

/** What the coordinator must know after a move. Everything else it finds in the catalogs. */
sealed interface CoordinatorEvent extends StoredMessage {

  /**
   * The coordinator lives here from now on. Its term is one more than the last.
   *
   * @param sinceMillis in milliseconds since 1970
   */
  record Began(String node, long sinceMillis) implements CoordinatorEvent {}

  /** A namespace is in use: something is registered there, or it has sessions. */
  record NamespaceFound(String namespace) implements CoordinatorEvent {}
}
