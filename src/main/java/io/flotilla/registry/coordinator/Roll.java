package io.flotilla.registry.coordinator;

import java.util.Set;

/** Which Flotilla nodes belong to the cluster, as the log says at present. */
public interface Roll {
  /** Their names. */
  Set<String> members();

  /** Names of nodes that were ever removed; some may be members again, with another disk. */
  Set<String> removed();
}
