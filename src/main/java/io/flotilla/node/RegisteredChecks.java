package io.flotilla.node;

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
  public CompletionStage<Optional<String>> problem(String namespace, Session session) {
    List<String> named =
        Stream.concat(session.nodeChecks().stream(), session.serviceChecks().stream())
            .filter(id -> !id.equals(Check.SERF_HEALTH)) // a session outlives its node
            .toList();
    if (named.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return registry
        .read(namespace, new CatalogRead.ChecksInState(null, Map.of()), timeout)
        .thenApply(checks -> problem(named, checks.items(), session.node()));
  }

  private static Optional<String> problem(
      List<String> named, List<CheckEntry> checks, String node) {
    for (String id : named) {
      Optional<CheckEntry> found =
          checks.stream()
              .filter(c -> c.id().equals(id) && (c.check().agent() || c.node().equals(node)))
              .findFirst();
      if (found.isEmpty()) {
        return Optional.of("Missing check '" + id + "' registration");
      } else if (found.get().check().critical()) {
        return Optional.of("Check '" + id + "' is in critical state");
      }
    }
    return Optional.empty();
  }
}
