package io.flotilla.node;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Result;
import io.flotilla.kv.KeySpaceDraft;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.SessionOp;
import io.flotilla.registry.Check;
import io.flotilla.registry.Key;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions that depend on a check when it fails. Sessions name a check by its id alone: if
 * it came through several Flotilla nodes, the failure of any counts. Checks of another machine end
 * its own sessions only, and so does its end. A Flotilla node's own affect none: a session outlives
 * the node that created it.
 */
final class FailedChecks implements BiConsumer<String, Set<Key>> {
  private static final Logger LOG = LoggerFactory.getLogger(FailedChecks.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Every node has checks with these ids, so they don't identify one. */
  private static final Set<String> OF_NODES = Set.of(Check.SERF_HEALTH, Check.NODE_MAINTENANCE);

  private static final int ATTEMPTS = 6;

  private final KeyValueStore kv;
  private final Predicate<String> isMember;
  private final Executor later = CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS);

  /**
   * @param isMember whether a Flotilla node has this name, or had
   */
  FailedChecks(KeyValueStore kv, Predicate<String> isMember) {
    this.kv = kv;
    this.isMember = isMember;
  }

  /** Ends them one after another, so that thousands don't crowd out clients. */
  @Override
  public void accept(String namespace, Set<Key> checks) {
    CompletionStage<Void> done = CompletableFuture.completedFuture(null);
    for (Key check : checks) {
      boolean member = isMember.test(check.node());
      if (!member || !OF_NODES.contains(check.id())) {
        done = done.thenCompose(x -> tell(namespace, check, member, ATTEMPTS));
      }
    }
  }

  /** Repeating it is harmless. It is only refused for lack of time or room. */
  private CompletionStage<Void> tell(String namespace, Key check, boolean member, int attempts) {
    Write<KeySpaceDraft, Result.Done> fail =
        member
            ? new SessionOp.FailCheck(check.id())
            : new SessionOp.FailCheckOn(check.node(), check.id());
    return kv.write(namespace, fail, null, TIMEOUT)
        .handle((done, failure) -> failure)
        .thenCompose(
            failure -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(null);
              } else if (attempts == 1) {
                LOG.warn("Sessions on check {} may live on: {}", check, failure.getMessage());
                return CompletableFuture.completedFuture(null);
              }
              return CompletableFuture.runAsync(() -> {}, later)
                  .thenCompose(x -> tell(namespace, check, member, attempts - 1));
            });
  }
}
