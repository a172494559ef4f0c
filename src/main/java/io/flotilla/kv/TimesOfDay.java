package io.flotilla.kv;

import io.flotilla.entity.LogClock;
import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.List;

/**
 * What was stored before key spaces had a time of their own ({@link LogClock}) has times of day in
 * its place. All of it happened at the beginning of that time: nothing ends sooner by that.
 */
final class TimesOfDay {
  private static final long THEN = LogClock.BEGINNING_MILLIS;
  private static final long LONGEST_DELAY_MILLIS = Session.MAX_LOCK_DELAY_NANOS / 1_000_000;

  private TimesOfDay() {}

  static Committed replaced(Committed event) {
    return new Committed(
        event.at(),
        event.gateway(),
        event.batch(),
        event.results(),
        event.changes().stream().map(c -> replaced(c, event.at().wallMillis())).toList(),
        replaced(event.requests()));
  }

  private static Change replaced(Change change, long wallMillis) {
    return change instanceof Change.SessionEnded e && e.delayUntilMillis() != 0
        ? new Change.SessionEnded(
            e.index(), e.id(), e.reason(), THEN + e.delayUntilMillis() - wallMillis)
        : change;
  }

  static List<RequestRecord> replaced(List<RequestRecord> requests) {
    return requests.stream()
        .map(r -> new RequestRecord(r.id(), r.fingerprint(), THEN, r.result()))
        .toList();
  }

  /** Of a checkpoint, which does not tell when it was made: for as long as it can last. */
  static LockDelays replaced(LockDelays delays) {
    LockDelays replaced = LockDelays.none();
    for (LockDelays.Delay d : delays.byEnd()) {
      replaced = replaced.with(d.key(), THEN + LONGEST_DELAY_MILLIS);
    }
    return replaced;
  }
}
