package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogClockTest {
  private long nanos = Long.MAX_VALUE - 3_000_000_000L; // the monotonic clock may overflow
  private final LogClock clock = new LogClock(() -> nanos);

  private long after(long millis) {
    nanos += millis * 1_000_000;
    return clock.millis() - LogClock.BEGINNING_MILLIS;
  }

  @Test
  void it_goes_on_as_the_monotonic_clock_does() {
    for (int i = 1; i <= 100; i++) {
      assertThat(after(100)).isEqualTo(i * 100L);
    }
  }

  @Test
  void of_a_span_in_which_nobody_asked_no_more_than_a_step_counts() {
    assertThat(after(600)).isEqualTo(600);
    assertThat(after(601)).isEqualTo(1_200);
    assertThat(after(3_600_000)).isEqualTo(1_800);
    assertThat(after(1)).isEqualTo(1_801);
  }

  @Test
  void after_a_recovery_it_goes_on_from_the_last_event() {
    after(500);
    nanos += 70_000_000_000L;
    clock.continueFrom(42_000);
    assertThat(clock.millis()).isEqualTo(42_000);
    after(250);
    assertThat(clock.millis()).isEqualTo(42_250);
  }

  @Test
  void after_a_recovery_and_after_a_pause_it_has_just_resumed_for_a_second_of_its_own_time() {
    assertResumes();
    after(601);
    assertResumes();
    clock.continueFrom(9);
    assertResumes();
  }

  private void assertResumes() {
    assertThat(clock.justResumed()).isTrue();
    after(500);
    after(499);
    assertThat(clock.justResumed()).isTrue();
    after(1);
    assertThat(clock.justResumed()).isFalse();
  }

  @Test
  void who_asks_often_while_the_process_is_stopped_again_and_again_counts_little_of_it() {
    for (int i = 1; i <= 10; i++) {
      after(18_000);
      assertThat(after(100)).isEqualTo(i * 700L);
    }
  }
}
