package io.flotilla.registry.coordinator;

import java.util.Collection;

/**
 * Namespaces with sessions or registrations, according to the log. The nodes where they live
 * announce them too, and sooner; but an announcement may die with its node.
 */
public interface NamespacesInUse {
  Collection<String> all();

  /** Has a namespace's keys recovered, should the node where they lived have died. */
  void wake(String namespace);
}
