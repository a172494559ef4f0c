package io.flotilla.registry.coordinator;

import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogState;
import io.flotilla.registry.Member;
import io.flotilla.registry.MemberOp;
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

  private final EntityClient<CatalogState, CatalogDraft> catalogs;

  /** What was last written to each catalog about each node. */
  private final Map<Fact, Write<CatalogDraft, Result.Done>> told = new ConcurrentHashMap<>();

  Membership(EntityClient<CatalogState, CatalogDraft> catalogs) {
    this.catalogs = catalogs;
  }

  void keep(Collection<String> namespaces, Collection<Member> present, Collection<String> absent) {
    for (String namespace : namespaces) {
      present.forEach(m -> tell(namespace, m.name(), new MemberOp.Put(m)));
      absent.forEach(n -> tell(namespace, n, new MemberOp.SerfHealth(n, Status.CRITICAL)));
    }
  }

  private void tell(String namespace, String node, Write<CatalogDraft, Result.Done> fact) {
    Fact key = new Fact(namespace, node);
    if (fact.equals(told.put(key, fact))) {
      return;
    }
    catalogs
        .write(namespace, fact, null, TIMEOUT)
        .whenComplete(
            (done, failure) -> {
              Refusal refusal = Refusal.of(failure);
              boolean unknownNode = refusal != null && refusal.code().startsWith("unknown-");
              if (failure != null && !unknownNode) {
                told.remove(key, fact);
              }
            });
  }
}
