package io.flotilla.kv;

import akka.Done;
import java.util.concurrent.CompletionStage;

/**
 * Which namespaces have had sessions. Should the node die on which one of them lives, somebody else
 * has to ask for it, or its sessions never end. So that is known to the log before the first
 * session is: what only the node knew dies with it.
 */
@FunctionalInterface
public interface SessionNamespaces {
  /** Completes once it is stored that this is one of them; for most it has been for long. */
  CompletionStage<Done> add(String namespace);
}
