package io.flotilla.node;

import io.flotilla.entity.Refusal;
import io.flotilla.kv.Session;
import io.flotilla.kv.SessionChecks;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckEntry;
import io.flotilla.registry.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** A session may only name checks that are registered and not critical. */
final class RegisteredChecks implements SessionChecks {
  private final Registry registry;
  private final Duration timeout;

  RegisteredChecks(Registry registry, Duration timeout) {
    this.registry = registry;
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<Optional<Refusal>> problem(
      String namespace, Session session, boolean member) {
    List<String> named =
        Stream.concat(session.nodeChecks().stream(), session.serviceChecks().stream()).toList();
    return member
        ? ofMember(namespace, session.node(), named)
        : ofMachine(namespace, session.node(), named);
  }

  /** Those made through any node will do: a session outlives its own. */
  private CompletionStage<Optional<Refusal>> ofMember(
      String namespace, String node, List<String> named) {
    List<String> others = named.stream().filter(id -> !id.equals(Check.SERF_HEALTH)).toList();
    if (others.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return registry
        .read(namespace, new CatalogRead.ChecksInState(null, Map.of()), timeout)
        .thenApply(
            all ->
                problem(
                    others,
                    all.items().stream()
                        .filter(c -> c.check().agent() || c.check().node().equals(node))
                        .toList()));
  }

  private CompletionStage<Optional<Refusal>> ofMachine(
      String namespace, String node, List<String> named) {
    return registry
        .read(namespace, new CatalogRead.NodeServices(node), timeout)
        .thenCompose(
            found ->
                found.node() == null
                    ? CompletableFuture.completedFuture(
                        Optional.of(SessionChecks.missingNode(node)))
                    : registry
                        .read(namespace, new CatalogRead.NodeChecks(node), timeout)
                        .thenApply(checks -> problem(named, checks.items())));
  }

  private static Optional<Refusal> problem(List<String> named, List<CheckEntry> checks) {
    for (String id : named) {
      Optional<CheckEntry> found = checks.stream().filter(c -> c.id().equals(id)).findFirst();
      if (found.isEmpty()) {
        return Optional.of(SessionChecks.missingCheck(id));
      } else if (found.get().check().critical()) {
        return Optional.of(new Refusal("bad-check", "Check '" + id + "' is in critical state"));
      }
    }
    return Optional.empty();
  }
}
