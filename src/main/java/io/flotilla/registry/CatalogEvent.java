package io.flotilla.registry;

import io.flotilla.entity.Event;
import io.flotilla.entity.Moment;
import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.entity.Result;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The event of the catalog.
 *
 * @param at when the batch was decided
 * @param gateway the gateway that sent the batch, and {@code batch} its number there: a gateway
 *     that got no answer sends the batch again, and gets the {@code results} that are kept here;
 *     empty for what the catalog decided by itself
 * @param results one for each operation of the batch, null for those that only read
 * @param changes in the order of their indexes
 * @param requests ids of requests that must not be done twice
 */
public record CatalogEvent(
    Moment at,
    String gateway,
    long batch,
    List<Result> results,
    List<CatalogChange> changes,
    List<RequestRecord> requests)
    implements Event<CatalogChange> {

  /** The checks that are critical or gone by this; who depends on them wants to know. */
  public Set<Key> failedChecks() {
    Set<Key> failed = new LinkedHashSet<>();
    for (CatalogChange change : changes) {
      if (change instanceof CatalogChange.CheckGone g) {
        failed.add(g.check());
      } else if (change instanceof CatalogChange.CheckPut p && p.check().critical()) {
        failed.add(p.check().key());
      } else if (change instanceof CatalogChange.CheckPut p) {
        failed.removeIf(k -> k.id().equals(p.check().id())); // moved to another node
      }
    }
    return failed;
  }
}
