package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.cluster.FailureDetector.Evidence;
import io.flotilla.cluster.FailureDetector.Verdict;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Seat;
import io.flotilla.journal.Roster.Status;
import io.flotilla.journal.Roster.Why;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailureDetectorTest {
  private static final Seat N1 = seat("n1", 1);
  private static final Seat N2 = seat("n2", 2);
  private static final Seat N3 = seat("n3", 3);

  /** The leader's own clock; what it heard last, and found, is noted in its time. */
  private long now = Duration.ofHours(1).toNanos();

  private final Map<Seat, Long> heard = new HashMap<>();
  private final Map<Seat, Long> refusing = new HashMap<>();
  private final Map<List<Seat>, Long> cuts = new HashMap<>();
  private final FailureDetector detector = new FailureDetector("n1-disk");

  private static Seat seat(String node, int number) {
    Occupant who =
        new Occupant(node, node + "-disk", number, "host", 10 + number, 20 + number, "", 1);
    return new Seat(who, Status.IN, number);
  }

  private final Evidence evidence =
      new Evidence() {
        @Override
        public OptionalLong silence(Seat seat) {
          Long last = heard.get(seat);
          return last == null ? OptionalLong.empty() : OptionalLong.of(now - last);
        }

        @Override
        public OptionalLong refusing(Seat seat) {
          Long since = refusing.get(seat);
          return since == null ? OptionalLong.empty() : OptionalLong.of(since);
        }

        @Override
        public OptionalLong cut(Seat from, Seat to) {
          Long since = cuts.get(List.of(from, to));
          return since == null ? OptionalLong.empty() : OptionalLong.of(since);
        }
      };

  private List<Verdict> judge() {
    return detector.judge(now, List.of(N1, N2, N3), evidence);
  }

  /** Ticks on time, while these members go on answering; the first verdicts end it. */
  private List<Verdict> pass(Duration time, Seat... answering) {
    long end = now + time.toNanos();
    while (now < end) {
      now += FailureDetector.TICK.toNanos();
      Stream.of(answering).forEach(seat -> heard.put(seat, now));
      List<Verdict> verdicts = judge();
      if (!verdicts.isEmpty()) {
        return verdicts;
      }
    }
    return List.of();
  }

  @Test
  void who_answers_stays_for_ever() {
    assertThat(pass(Duration.ofMinutes(5), N2, N3)).isEmpty();
  }

  @Test
  void who_is_silent_for_longer_than_the_patience_has_to_go() {
    pass(Duration.ofSeconds(10), N2, N3);
    long last = now;

    assertThat(pass(Duration.ofMinutes(1), N2)).containsExactly(new Verdict(N3, Why.SILENT));

    assertThat(Duration.ofNanos(now - last))
        .isBetween(FailureDetector.PATIENCE, Duration.ofMillis(3200));
  }

  @Test
  void who_has_crashed_goes_at_once() {
    pass(Duration.ofSeconds(10), N2, N3);
    refusing.put(N2, now);

    assertThat(judge()).containsExactly(new Verdict(N2, Why.CRASHED));
  }

  @Test
  void who_refuses_connections_but_acknowledges_entries_is_alive() {
    pass(Duration.ofSeconds(10), N2, N3);
    refusing.put(N2, now);
    now += 1;
    heard.put(N2, now);

    assertThat(judge()).isEmpty();
    assertThat(pass(Duration.ofMinutes(5), N2, N3)).isEmpty();
  }

  @Test
  void who_has_crashed_together_with_the_last_leader_goes_soon() {
    refusing.put(N2, now);
    long leads = now + Duration.ofMillis(300).toNanos();
    now = leads;
    // The new leader has never asked it: it counts from when it began to lead.
    heard.put(N2, leads);
    assertThat(pass(Duration.ofMillis(800), N3)).isEmpty();

    assertThat(pass(Duration.ofSeconds(1), N3)).containsExactly(new Verdict(N2, Why.CRASHED));
  }

  @Test
  void who_begins_to_lead_gives_everybody_time() {
    // It has never asked the others.
    long began = now;

    assertThat(pass(Duration.ofMinutes(1))).extracting(Verdict::seat).containsExactly(N2, N3);

    assertThat(Duration.ofNanos(now - began)).isGreaterThan(FailureDetector.PATIENCE);
    detector.rest(now);
    now += Duration.ofMinutes(1).toNanos();
    assertThat(judge()).isEmpty();
  }

  /** The election doesn't come on top: it was heard, and not heard, by a follower. */
  @Test
  void a_silent_leader_is_judged_by_what_its_successor_heard_as_a_follower() {
    long last = now;
    heard.put(N2, last);
    while (now - last < Duration.ofMillis(1500).toNanos()) {
      now += FailureDetector.TICK.toNanos();
      detector.rest(now);
    }

    assertThat(pass(Duration.ofMinutes(1), N3)).containsExactly(new Verdict(N2, Why.SILENT));

    assertThat(Duration.ofNanos(now - last))
        .isBetween(FailureDetector.PATIENCE, Duration.ofMillis(3200));
  }

  @Test
  void a_former_leader_has_time_to_answer_however_long_the_election_took() {
    heard.put(N2, now);
    for (int i = 0; i < 100; i++) {
      now += FailureDetector.TICK.toNanos();
      detector.rest(now);
    }

    assertThat(pass(Duration.ofMillis(900), N3)).isEmpty();
    assertThat(pass(Duration.ofMinutes(1), N2, N3)).isEmpty();
  }

  @Test
  void who_was_paused_as_a_follower_does_not_judge_the_time_before() {
    heard.put(N2, now);
    detector.rest(now);
    now += Duration.ofSeconds(20).toNanos();
    detector.rest(now);
    long awake = now;

    assertThat(pass(Duration.ofMinutes(1), N3)).containsExactly(new Verdict(N2, Why.SILENT));

    assertThat(Duration.ofNanos(now - awake)).isGreaterThan(FailureDetector.PATIENCE);
  }

  @Test
  void a_judge_that_was_paused_itself_condemns_nobody_for_it() {
    pass(Duration.ofSeconds(10), N2, N3);
    now += Duration.ofSeconds(20).toNanos(); // stopped, say; the others' answers wait unread

    assertThat(judge()).isEmpty();
    assertThat(pass(Duration.ofSeconds(3))).isEmpty();
  }

  @Test
  void a_judge_out_of_breath_is_more_patient_and_recovers() {
    pass(Duration.ofSeconds(10), N2, N3);
    now += FailureDetector.TICK.plusMillis(400).toNanos();
    heard.put(N2, now);
    heard.put(N3, now);
    judge();

    // Ten times its lateness, 400 ms, comes on top.
    assertThat(pass(Duration.ofSeconds(6), N2)).isEmpty();
    assertThat(pass(Duration.ofSeconds(2), N2)).containsExactly(new Verdict(N3, Why.SILENT));

    heard.put(N3, now);
    pass(Duration.ofMinutes(5), N2, N3);
    assertThat(pass(Duration.ofMillis(3200), N2)).containsExactly(new Verdict(N3, Why.SILENT));
  }

  @Test
  void its_patience_ends() {
    for (int i = 0; i < 100; i++) {
      now += Duration.ofMillis(600).toNanos();
      heard.put(N2, now);
      heard.put(N3, now);
      judge();
    }
    assertThat(pass(Duration.ofSeconds(40), N2)).isNotEmpty();
  }

  @Test
  void of_two_followers_that_can_not_reach_each_other_the_later_one_goes() {
    pass(Duration.ofSeconds(10), N2, N3);
    cuts.put(List.of(N2, N3), now);
    long began = now;

    assertThat(pass(Duration.ofMinutes(1), N2, N3)).containsExactly(new Verdict(N3, Why.CUT));

    assertThat(Duration.ofNanos(now - began)).isGreaterThan(FailureDetector.CUT);
  }

  @Test
  void who_is_cut_off_from_most_goes() {
    Seat n4 = seat("n4", 4);
    cuts.put(List.of(N2, N3), now);
    cuts.put(List.of(n4, N2), now);
    List<Verdict> verdicts = List.of();
    while (verdicts.isEmpty()) {
      now += FailureDetector.TICK.toNanos();
      Stream.of(N2, N3, n4).forEach(seat -> heard.put(seat, now));
      verdicts = detector.judge(now, List.of(N1, N2, N3, n4), evidence);
    }

    assertThat(verdicts).containsExactly(new Verdict(N2, Why.CUT));
  }

  @Test
  void a_cut_that_the_leader_sees_too_is_a_matter_of_silence() {
    pass(Duration.ofSeconds(10), N2, N3);
    cuts.put(List.of(N3, N2), now);

    assertThat(pass(Duration.ofMinutes(1), N3)).containsExactly(new Verdict(N2, Why.SILENT));
  }
}
