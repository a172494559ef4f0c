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

  /** Of the patience, which a new judge has with everybody: who lives answers it meanwhile. */
  private static final int A_THIRD = 3;

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

  /** When the last call was; meaningless before the first. */
  private long last;

  /** Since when this member has been awake, as far as the calls show. */
  private long awake;

  /** Since when it has been the judge; meaningless while it isn't. */
  private long began;

  private boolean called;
  private boolean judging;
  private double lateness;

  /**
   * @param self the peer id of this member, which is never judged by itself
   */
  FailureDetector(String self) {
    this.self = self;
  }

  /**
   * To be called instead of {@link #judge} while another member leads. A member that was awake then
   * can judge that one's silence, too, once it leads itself.
   */
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
      began = now;
      judging = true;
    }
    long patience = patience();
    List<Verdict> verdicts = new ArrayList<>();
    List<Seat> heard = new ArrayList<>();
    for (Seat seat : seats) {
      OptionalLong answered = evidence.silence(seat);
      long silence = answered.orElse(now - began);
      if (seat.who().peerId().equals(self)) {
        heard.add(seat);
      } else if (hasCrashed(now, evidence.refusing(seat), silence)) {
        verdicts.add(new Verdict(seat, Why.CRASHED));
      } else if (Math.min(silence, now - awake) > patience && now - began > patience / A_THIRD) {
        verdicts.add(new Verdict(seat, Why.SILENT));
      } else if (answered.isPresent() && silence < PATIENCE.toNanos() / 2) {
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
    long judged = Math.min(now - began, now - awake);
    return refusing.isPresent()
        && (silence >= now - refusing.getAsLong()
            || judged >= TIME_TO_ANSWER.toNanos() && silence >= judged);
  }

  private void breathe(long now) {
    long late = called ? Math.max(0, now - last - TICK.toNanos()) : 0;
    if (!called || late > PAUSE.toNanos()) {
      awake = now;
    }
    lateness = Math.max(late, lateness * (1 - FORGETS_PER_TICK));
    called = true;
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
