package io.flotilla.cluster;

import io.flotilla.journal.Roster.Seat;
import io.flotilla.journal.Roster.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Decides which members are gone, from what the Raft leader knows. A member that acknowledges Raft
 * entries is alive, whatever else is late.
 *
 * <p>A failure detector can't be both quick and always right, as a slow process looks like a dead
 * one (<a href="https://doi.org/10.1145/226643.226647">Chandra and Toueg, 1996</a>). This one errs
 * at a low price: a member that was taken out by mistake joins again, and nothing that was stored
 * depends on it. But on a machine that is out of breath each such mistake makes the next more
 * likely, so the detector watches its own breath: it is called at fixed intervals, and the later
 * its calls are, the more patient it becomes.
 *
 * <p>Not thread-safe; time is passed to it.
 */
final class FailureDetector {
  /** How often {@link #judge} is to be called. */
  static final Duration TICK = Duration.ofMillis(100);

  /** How long a member may be silent while the judge is punctual, and at most. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  static final Duration MOST_PATIENCE = Duration.ofSeconds(30);

  /** A pause of the judge itself. What it heard of others before it says nothing about now. */
  static final Duration PAUSE = Duration.ofMillis(500);

  /** Within which a living member answers a leader that has just begun. */
  static final Duration TIME_TO_ANSWER = Duration.ofSeconds(1);

  /** How long two members may not reach each other before one of them has to go. */
  static final Duration CUT = Duration.ofSeconds(2);

  private static final int LATENESS_WEIGHT = 10;
  private static final double FORGETS_PER_TICK = TICK.toMillis() / 30_000.0;

  /** A member that has to go. */
  record Verdict(Seat seat, Why why) {}

  /** What is known of the members. */
  interface Evidence {
    /**
     * Nanoseconds since the member last answered the leader, or was heard leading itself; empty if
     * it was never asked.
     */
    OptionalLong silence(Seat seat);

    /** Since when (on the clock of the calls) the member's ports have refused connections. */
    OptionalLong refusing(Seat seat);

    /** Since when one member has found another one silent; empty if it reaches it. */
    OptionalLong cut(Seat from, Seat to);
  }

  private final String self;
  private boolean breathing;
  private long last;

  /** Since when it has not been paused. */
  private long awake;

  private boolean judging;

  /** Since when it judges, without a pause. */
  private long since;

  private double lateness;

  /**
   * @param self the peer id of this member, which is never judged by itself
   */
  FailureDetector(String self) {
    this.self = self;
  }

  /** To be called instead of {@link #judge} while another member leads. */
  void rest(long now) {
    breathe(now);
    judging = false;
  }

  /**
   * {@return who has to go}
   *
   * @param now nanoseconds
   */
  List<Verdict> judge(long now, Collection<Seat> seats, Evidence evidence) {
    breathe(now);
    if (!judging) {
      judging = true;
      since = now;
    }
    long patience = patience();
    List<Verdict> verdicts = new ArrayList<>();
    List<Seat> heard = new ArrayList<>();
    for (Seat seat : seats) {
      OptionalLong heardAgo = evidence.silence(seat);
      long silence = heardAgo.orElse(Long.MAX_VALUE);
      if (seat.who().peerId().equals(self)) {
        heard.add(seat);
      } else if (hasCrashed(now, evidence.refusing(seat), silence)) {
        verdicts.add(new Verdict(seat, Why.CRASHED));
      } else if (Math.min(silence, now - (heardAgo.isEmpty() ? since : awake)) > patience) {
        verdicts.add(new Verdict(seat, Why.SILENT));
      } else if (silence < PATIENCE.toNanos() / 2) {
        heard.add(seat);
      }
    }
    if (verdicts.isEmpty()) {
      cut(now, heard, evidence).map(seat -> new Verdict(seat, Why.CUT)).ifPresent(verdicts::add);
    }
    return verdicts;
  }

  /** It must not have answered since its ports refuse, or ever, if it was given the time to. */
  private boolean hasCrashed(long now, OptionalLong refusing, long silence) {
    long judged = now - since;
    return refusing.isPresent()
        && (silence >= now - refusing.getAsLong()
            || judged >= TIME_TO_ANSWER.toNanos() && silence >= judged);
  }

  private void breathe(long now) {
    long late = breathing ? Math.max(0, now - last - TICK.toNanos()) : 0;
    if (!breathing || late > PAUSE.toNanos()) {
      awake = now;
      since = now;
    }
    lateness = Math.max(late, lateness * (1 - FORGETS_PER_TICK));
    breathing = true;
    last = now;
  }

  private long patience() {
    return (long)
        Math.min(MOST_PATIENCE.toNanos(), PATIENCE.toNanos() + LATENESS_WEIGHT * lateness);
  }

  /**
   * Of the members that answer the leader but not each other, the one whose absence mends most; if
   * there are several, the one that came last. Never the leader.
   */
  private Optional<Seat> cut(long now, List<Seat> heard, Evidence evidence) {
    Function<Seat, Long> cuts =
        seat -> heard.stream().filter(other -> isCut(now, seat, other, evidence)).count();
    Map<Seat, Long> counted = heard.stream().collect(Collectors.toMap(Function.identity(), cuts));
    return heard.stream()
        .filter(seat -> counted.get(seat) > 0 && !seat.who().peerId().equals(self))
        .max(Comparator.comparing((Seat seat) -> counted.get(seat)).thenComparing(Seat::since));
  }

  private static boolean isCut(long now, Seat one, Seat other, Evidence evidence) {
    return !one.equals(other)
        && (longAgo(now, evidence.cut(one, other)) || longAgo(now, evidence.cut(other, one)));
  }

  private static boolean longAgo(long now, OptionalLong since) {
    return since.isPresent() && now - since.getAsLong() > CUT.toNanos();
  }
}
