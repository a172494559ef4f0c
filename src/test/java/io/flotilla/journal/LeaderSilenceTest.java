package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaderSilenceTest {
  private long now = TimeUnit.HOURS.toNanos(1);
  private final LeaderSilence contact = new LeaderSilence(() -> now);

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void while_there_is_a_leader_it_is_as_old_as_the_last_word_of_it() {
    pass(5_000);
    assertThat(contact.observe(OptionalLong.of(0))).isZero();
    pass(300);
    assertThat(contact.observe(OptionalLong.of(120))).isEqualTo(120);
  }

  @Test
  void without_one_it_grows_from_the_last_word_whatever_role_comes_next() {
    contact.observe(OptionalLong.of(0));
    pass(1_000);
    assertThat(contact.observe(OptionalLong.empty())).isEqualTo(1_000);
    pass(20_000);
    assertThat(contact.observe(OptionalLong.empty())).isEqualTo(21_000);
    assertThat(contact.observe(OptionalLong.of(50))).isEqualTo(50);
  }

  @Test
  void a_member_that_never_heard_of_one_counts_from_its_start() {
    pass(4_000);
    assertThat(contact.observe(OptionalLong.empty())).isEqualTo(4_000);
  }

  @Test
  void an_older_word_does_not_take_back_a_newer_one() {
    contact.observe(OptionalLong.of(0));
    pass(100);
    assertThat(contact.observe(OptionalLong.of(5_000))).isEqualTo(100);
  }
}
