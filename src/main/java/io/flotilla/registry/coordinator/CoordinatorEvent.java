package io.flotilla.registry.coordinator;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What the coordinator must know after a move. Everything else it finds in the catalogs. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @Type(value = CoordinatorEvent.Began.class, name = "began"),
  @Type(value = CoordinatorEvent.NamespaceFound.class, name = "namespace"),
})
sealed interface CoordinatorEvent extends CoordinatorStored {

  /**
   * The coordinator lives here from now on. Its term is one more than the last.
   *
   * @param sinceMillis in milliseconds since 1970
   */
  record Began(String node, long sinceMillis) implements CoordinatorEvent {}

  /** A namespace is in use: something is registered there, or it has sessions. */
  record NamespaceFound(String namespace) implements CoordinatorEvent {}
}
