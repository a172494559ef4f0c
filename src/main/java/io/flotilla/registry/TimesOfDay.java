package io.flotilla.registry;

import io.flotilla.entity.LogClock;
import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.List;

/**
 * What was stored before catalogs had a time of their own ({@link LogClock}) has times of day in
 * its place. All of it happened at the beginning of that time: nothing ends sooner by that.
 */
final class TimesOfDay {
  private static final long THEN = LogClock.BEGINNING_MILLIS;

  private TimesOfDay() {}

  static CatalogEvent replaced(CatalogEvent event) {
    return new CatalogEvent(
        event.at(),
        event.gateway(),
        event.batch(),
        event.results(),
        event.changes().stream().map(TimesOfDay::replaced).toList(),
        replaced(event.requests()));
  }

  private static CatalogChange replaced(CatalogChange change) {
    return change instanceof CatalogChange.CheckPut p
        ? new CatalogChange.CheckPut(p.index(), replaced(p.check()))
        : change;
  }

  static Check replaced(Check check) {
    return check.criticalSince(THEN);
  }

  static List<RequestRecord> replaced(List<RequestRecord> requests) {
    return requests.stream()
        .map(r -> new RequestRecord(r.id(), r.fingerprint(), THEN, r.result()))
        .toList();
  }
}
