package io.flotilla.registry.coordinator;

import io.flotilla.entity.Door;
import io.flotilla.entity.Result;
import io.flotilla.registry.CatalogOp;
import io.flotilla.registry.CatalogOp.PutMember;
import io.flotilla.registry.CatalogOp.SerfHealth;
import io.flotilla.registry.Member;
import io.flotilla.registry.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes into the catalogs which Flotilla nodes are there, until each has it. A write that fails is
 * done again at the next look; one that changes nothing costs nothing.
 */
final class Membership {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private record Fact(String namespace, String node) {}

  private final Door<CatalogOp> catalogs;

  /** What each catalog was told last of each node. */
  private final Map<Fact, CatalogOp> told = new ConcurrentHashMap<>();

  Membership(Door<CatalogOp> catalogs) {
    this.catalogs = catalogs;
  }

  void keep(Collection<String> namespaces, Collection<Member> present, Collection<String> absent) {
    for (String namespace : namespaces) {
      present.forEach(m -> tell(namespace, m.name(), new PutMember(m, null)));
      absent.forEach(n -> tell(namespace, n, new SerfHealth(n, Status.CRITICAL, null)));
    }
  }

  private void tell(String namespace, String node, CatalogOp fact) {
    Fact key = new Fact(namespace, node);
    if (fact.equals(told.put(key, fact))) {
      return;
    }
    catalogs
        .submit(namespace, fact, TIMEOUT)
        .thenAccept(
            result -> {
              boolean unknownNode =
                  result instanceof Result.Refused r && r.code().startsWith("unknown-");
              if (!(result instanceof Result.Done) && !unknownNode) {
                told.remove(key, fact);
              }
            });
  }
}
