package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private long nanos = 5_000_000_000L;
  private final Deadlines<String> deadlines = new Deadlines<>(new LogClock(() -> nanos));

  /** The actor runs and asks regularly. */
  private List<String> run(long millis) {
    List<String> over = List.of();
    for (long t = 0; t < millis; t += Deadlines.TICK_MILLIS) {
      nanos += Math.min(Deadlines.TICK_MILLIS, millis - t) * 1_000_000;
      over = deadlines.over();
    }
    return over;
  }

  @Test
  void what_has_a_ttl_is_over_at_its_ttl_and_not_before() {
    deadlines.start("a", 1_000);
    assertThat(run(999)).isEmpty();
    assertThat(run(1)).containsExactly("a");
  }

  @Test
  void a_renewal_starts_the_ttl_again() {
    deadlines.start("a", 1_000);
    run(900);
    deadlines.start("a", 1_000);
    assertThat(run(999)).isEmpty();
    assertThat(run(1)).containsExactly("a");
  }

  @Test
  void renewals_again_and_again_keep_it_alive_and_the_last_one_counts() {
    deadlines.start("a", 1_000);
    deadlines.start("b", 1_000);
    for (int i = 0; i < 5; i++) {
      assertThat(run(700)).doesNotContain("a");
      deadlines.start("a", 1_000);
    }
    assertThat(deadlines.over()).containsExactly("b");
    deadlines.remove("b");
    assertThat(run(999)).isEmpty();
    assertThat(run(1)).containsExactly("a");
  }

  @Test
  void a_shorter_ttl_than_before_counts_from_now() {
    deadlines.start("a", 10_000);
    deadlines.start("a", 1_000);
    assertThat(run(999)).isEmpty();
    assertThat(run(1)).containsExactly("a");
    deadlines.remove("a");
    assertThat(deadlines.isEmpty()).isTrue();
    assertThat(run(20_000)).isEmpty();
  }

  @Test
  void what_has_no_ttl_is_never_over() {
    deadlines.start("a", 0);
    assertThat(deadlines.isEmpty()).isTrue();
    assertThat(run(100_000)).isEmpty();
  }

  @Test
  void after_a_pause_of_the_actor_there_is_a_moment_of_grace() {
    deadlines.start("a", 1_000);
    run(990);
    nanos += 3_000_000_000L;
    assertThat(deadlines.over()).isEmpty();
    assertThat(run(999)).isEmpty();
    assertThat(run(1)).containsExactly("a");
  }

  @Test
  void a_pause_takes_no_more_than_a_step_of_a_ttl() {
    deadlines.start("a", 10_000);
    run(5_000);
    nanos += 3_600_000_000_000L;
    assertThat(deadlines.over()).isEmpty();
    assertThat(run(4_399)).isEmpty();
    assertThat(run(1)).containsExactly("a");
  }

  @Test
  void a_ttl_that_starts_after_a_time_without_any_is_as_long_as_others() {
    deadlines.start("a", 1_000);
    run(1_000);
    deadlines.remove("a");
    nanos += 60_000_000_000L;
    deadlines.start("b", 1_000);
    assertThat(run(1_000)).containsExactly("b");
  }
}
