package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointPaceTest {
  private static final long MIB = 1 << 20;
  private final CheckpointPace pace = new CheckpointPace(64 * MIB, 1000);

  @Test
  void a_small_state_is_written_after_16_mib() {
    assertThat(pace.isDue(16 * MIB - 1, 0, 0)).isFalse();
    assertThat(pace.isDue(16 * MIB, 0, 0)).isTrue();
    assertThat(pace.isDue(16 * MIB, 0, 32 * MIB)).isTrue();
  }

  @Test
  void a_larger_one_after_half_as_much_as_it_has() {
    assertThat(pace.isDue(50 * MIB - 1, 0, 100 * MIB)).isFalse();
    assertThat(pace.isDue(50 * MIB, 0, 100 * MIB)).isTrue();
  }

  @Test
  void none_later_than_the_setting_says() {
    assertThat(pace.isDue(64 * MIB, 0, 1000 * MIB)).isTrue();
    assertThat(new CheckpointPace(MIB, 1000).isDue(MIB, 0, 0)).isTrue();
    assertThat(pace.isDue(0, 1000, 1000 * MIB)).isTrue();
  }
}
