package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private long nanos = 5_000_000_000L;
  private final Deadlines<String> deadlines = new Deadlines<>(() -> nanos);

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
  void a_pause_of_the_actor_does_not_count_and_is_followed_by_a_moment_of_grace() {
    deadlines.start("a", 1_000);
    run(990);
    nanos += 3_000_000_000L;
    assertThat(deadlines.over()).isEmpty();
    assertThat(run(999)).isEmpty();
    assertThat(run(1)).containsExactly("a");
  }

  @Test
  void time_without_any_deadline_is_no_pause() {
    deadlines.start("a", 1_000);
    run(1_000);
    deadlines.remove("a");
    nanos += 60_000_000_000L;
    deadlines.start("b", 1_000);
    assertThat(run(1_000)).containsExactly("b");
  }
}
