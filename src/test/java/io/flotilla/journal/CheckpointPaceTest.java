package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointPaceTest {
  private static final long MIB = 1 << 20;
  private final CheckpointPace pace = new CheckpointPace(64 * MIB, 1000);

  @Test
  void a_small_state_is_written_after_16_mib() {
    assertThat(pace.isDue(16 * MIB - 1, 0, 0, false)).isFalse();
    assertThat(pace.isDue(16 * MIB, 0, 0, false)).isTrue();
    assertThat(pace.isDue(16 * MIB, 0, 32 * MIB, false)).isTrue();
  }

  @Test
  void a_larger_one_after_half_as_much_as_it_has() {
    assertThat(pace.isDue(50 * MIB - 1, 0, 100 * MIB, false)).isFalse();
    assertThat(pace.isDue(50 * MIB, 0, 100 * MIB, false)).isTrue();
  }

  @Test
  void a_snapshot_is_soon_in_a_file_but_not_each_small_one() {
    assertThat(pace.isDue(16 * MIB, 0, 100 * MIB, true)).isTrue();
    assertThat(pace.isDue(16 * MIB - 1, 0, 100 * MIB, true)).isFalse();
  }

  @Test
  void none_later_than_the_setting_says() {
    assertThat(pace.isDue(64 * MIB, 0, 1000 * MIB, false)).isTrue();
    assertThat(new CheckpointPace(MIB, 1000).isDue(MIB, 0, 0, false)).isTrue();
    assertThat(pace.isDue(0, 1000, 1000 * MIB, false)).isTrue();
  }
}
