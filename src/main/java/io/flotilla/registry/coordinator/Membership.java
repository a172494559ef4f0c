package io.flotilla.registry.coordinator;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.Member;
import io.flotilla.registry.MemberOp;
import io.flotilla.registry.Status;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes into the catalogs which Flotilla nodes are there, until each has it. A write that fails is
 * done again at the next look; one that changes nothing costs nothing. Part of the coordinator, and
 * like it changed by messages only.
 */
final class Membership {
  /** Writes to a catalog; what has become of it is a message to the coordinator. */
  @FunctionalInterface
  interface Catalogs {
    /**
     * @param ended makes the message, of the failure or of null
     */
    void write(
        String namespace,
        Write<CatalogDraft, Result.Done> fact,
        Function<Throwable, Coordinator.Command> ended);
  }

  private record Subject(String namespace, String node) {}

  /** A write has ended, well or not. */
  record Ended(Subject subject, Write<CatalogDraft, Result.Done> fact, Throwable failure)
      implements Coordinator.Command {}

  private final Catalogs catalogs;

  /** What was last written to each catalog about each node. */
  private final Map<Subject, Write<CatalogDraft, Result.Done>> told = new HashMap<>();

  Membership(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  void keep(Collection<String> namespaces, Presence presence) {
    Collection<Member> present = presence.present().values();
    Collection<String> absent = presence.absent();
    Collection<String> gone = presence.gone();
    for (String namespace : namespaces) {
      present.forEach(m -> tell(namespace, m.name(), new MemberOp.Put(m)));
      absent.forEach(n -> tell(namespace, n, new MemberOp.SerfHealth(n, Status.CRITICAL)));
      gone.forEach(n -> tell(namespace, n, new MemberOp.Remove(n)));
    }
  }

  private void tell(String namespace, String node, Write<CatalogDraft, Result.Done> fact) {
    Subject subject = new Subject(namespace, node);
    if (!fact.equals(told.put(subject, fact))) {
      catalogs.write(namespace, fact, failure -> new Ended(subject, fact, failure));
    }
  }

  /** A catalog that does not know the node has nothing to be told of it. */
  void onEnded(Ended ended) {
    Refusal refusal = Refusal.of(ended.failure());
    boolean unknownNode = refusal != null && refusal.code().startsWith("unknown-");
    if (ended.failure() != null && !unknownNode) {
      told.remove(ended.subject(), ended.fact());
    }
  }
}
