package io.flotilla.kv;

import io.flotilla.entity.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * What sessions need to know of health checks. Whoever keeps the checks implements this, and tells
 * the namespace with {@link SessionOp.FailCheck} or {@link SessionOp.FailCheckOn} when one becomes
 * critical.
 */
public interface SessionChecks {
  /**
   * Why the session can't depend on the checks it names, e.g. because one is critical, or on its
   * node.
   *
   * @param member whether its node is one of Flotilla's
   */
  CompletionStage<Optional<Refusal>> problem(String namespace, Session session, boolean member);

  static Refusal missingNode(String node) {
    return new Refusal(
        "unknown-node", "Missing node registration: there is no node '" + node + "'.");
  }

  static Refusal missingCheck(String id) {
    return new Refusal("bad-check", "Missing check '" + id + "' registration");
  }

  /** Where nobody keeps checks, there is only the node's own, which always passes. */
  static SessionChecks none() {
    return (namespace, session, member) ->
        CompletableFuture.completedFuture(
            member
                ? Stream.of(session.nodeChecks(), session.serviceChecks())
                    .flatMap(List::stream)
                    .filter(check -> !check.equals("serfHealth"))
                    .findFirst()
                    .map(SessionChecks::missingCheck)
                : Optional.of(missingNode(session.node())));
  }
}
