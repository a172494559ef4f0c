package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.journal.RaftView.Lead;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilencesTest {
  /** What a new leader makes up for those it hasn't heard yet is longer than its lead by this. */
  private static final long MADE_UP = 1000;

  private long now = Long.MAX_VALUE; // it overflows
  private final Silences silences = new Silences(() -> now);

  private void passes(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void whoever_has_answered_this_leader_is_silent_since_then() {
    assertThat(silences.of(new Lead(7, 5_000, Map.of("a", 20L, "b", 4_000L))))
        .isEqualTo(Map.of("a", 20L, "b", 4_000L));
  }

  @Test
  void whoever_has_never_answered_this_leader_is_silent_since_it_leads() {
    assertThat(silences.of(new Lead(7, 300, Map.of("a", 300 + MADE_UP))))
        .isEqualTo(Map.of("a", 300L));
  }

  @Test
  void the_leader_before_is_silent_since_it_was_heard_as_such() {
    silences.heard("a", 0);
    passes(1_000);
    silences.heard("a", 1_000);
    passes(1_500);
    Lead lead = new Lead(7, 200, Map.of("a", 200 + MADE_UP, "b", 200 + MADE_UP));
    assertThat(silences.of(lead)).isEqualTo(Map.of("a", 2_500L, "b", 200L));
    assertThat(silences.of(new Lead(7, 200, Map.of("a", 10L)))).isEqualTo(Map.of("a", 10L));
  }

  @Test
  void of_several_leaders_before_only_the_last_counts() {
    silences.heard("a", 0);
    passes(4_000);
    silences.heard("b", 100);
    passes(900);
    Lead lead = new Lead(7, 50, Map.of("a", 50 + MADE_UP, "b", 50 + MADE_UP));
    assertThat(silences.of(lead)).isEqualTo(Map.of("a", 50L, "b", 1_000L));
  }

  @Test
  void who_led_before_this_members_earlier_lead_is_one_of_the_others() {
    silences.heard("a", 0);
    silences.of(new Lead(7, 10, Map.of("a", 5L)));
    passes(60_000);
    assertThat(silences.of(new Lead(9, 30, Map.of("a", 30 + MADE_UP)))).isEqualTo(Map.of("a", 30L));
    silences.heard("a", 0);
    passes(700);
    assertThat(silences.of(new Lead(11, 30, Map.of("a", 30 + MADE_UP))))
        .isEqualTo(Map.of("a", 700L));
  }

  /** A Raft server begins to count anew when it changes its role. */
  @Test
  void an_older_word_of_it_does_not_take_back_a_newer_one() {
    silences.heard("a", 0);
    passes(100);
    silences.heard("a", 5_000);
    Lead lead = new Lead(7, 10, Map.of("a", 10 + MADE_UP));
    assertThat(silences.of(lead)).isEqualTo(Map.of("a", 100L));
  }
}
