package io.flotilla.node;

import io.flotilla.entity.Result;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.Op;
import io.flotilla.kv.Session;
import io.flotilla.registry.Check;
import io.flotilla.registry.Key;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions that depend on a check when it fails. A Flotilla node's own check is left out:
 * a session outlives the node through which it was created.
 */
final class FailedChecks implements BiConsumer<String, Set<Key>> {
  private static final Logger LOG = LoggerFactory.getLogger(FailedChecks.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 6;

  private final KeyValueStore kv;
  private final Set<String> members;
  private final Executor later = CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS);

  /**
   * @param members the names of the Flotilla nodes
   */
  FailedChecks(KeyValueStore kv, Set<String> members) {
    this.kv = kv;
    this.members = members;
  }

  @Override
  public void accept(String namespace, Set<Key> checks) {
    Set<Key> failed =
        checks.stream()
            .filter(c -> !c.id().equals(Check.SERF_HEALTH))
            .collect(Collectors.toUnmodifiableSet());
    if (!failed.isEmpty()) {
      end(namespace, failed, ATTEMPTS);
    }
  }

  /** One look at the sessions, however many checks failed; told twice it does nothing more. */
  private CompletionStage<Void> end(String namespace, Set<Key> failed, int attempts) {
    return kv.submit(namespace, new Op.ListSessions(null, 0), TIMEOUT)
        .thenCompose(
            result -> {
              if (result instanceof Result.Refused refused) {
                return again(namespace, failed, attempts, refused);
              }
              Set<Op.FailCheck> ops = new LinkedHashSet<>();
              for (Session session : ((KvResult.SessionList) result).items()) {
                failed.stream()
                    .filter(check -> counts(check, session))
                    .forEach(c -> ops.add(new Op.FailCheck(session.node(), c.id(), null)));
              }
              CompletionStage<Void> done = CompletableFuture.completedFuture(null);
              for (Op.FailCheck op : ops) {
                done = done.thenCompose(x -> tell(namespace, op, failed, attempts));
              }
              return done;
            });
  }

  /** What is registered through one Flotilla node counts for sessions of them all. */
  private boolean counts(Key check, Session session) {
    boolean near =
        check.node().equals(session.node())
            || members.contains(check.node()) && !check.id().equals(Check.NODE_MAINTENANCE);
    return near
        && (session.nodeChecks().contains(check.id())
            || session.serviceChecks().contains(check.id()));
  }

  private CompletionStage<Void> tell(
      String namespace, Op.FailCheck op, Set<Key> failed, int attempts) {
    return kv.submit(namespace, op, TIMEOUT)
        .thenCompose(
            result ->
                result instanceof Result.Refused refused
                    ? again(namespace, failed, attempts, refused)
                    : CompletableFuture.completedFuture(null));
  }

  /** A refusal is for want of time or room only. */
  private CompletionStage<Void> again(
      String namespace, Set<Key> failed, int attempts, Result.Refused refused) {
    if (attempts == 1) {
      LOG.warn("Sessions on the failed checks {} may go on: {}", failed, refused.message());
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.runAsync(() -> {}, later)
        .thenCompose(x -> end(namespace, failed, attempts - 1));
  }
}
