package io.flotilla.kv;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What sessions need to know of health checks. Whoever keeps the checks implements this, and tells
 * the namespace with {@link SessionOp.FailCheck} when one becomes critical.
 */
public interface SessionChecks {
  /** Why the session can't depend on the checks it names, e.g. because one is critical. */
  CompletionStage<Optional<String>> problem(String namespace, Session session);

  /** Where nobody keeps checks, there is only the node's own, which always passes. */
  static SessionChecks none() {
    return (namespace, session) ->
        CompletableFuture.completedFuture(
            java.util.stream.Stream.of(session.nodeChecks(), session.serviceChecks())
                .flatMap(List::stream)
                .filter(check -> !check.equals("serfHealth"))
                .findFirst()
                .map(check -> "Missing check '" + check + "' registration"));
  }
}
