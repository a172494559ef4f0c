package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CutsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Cuts cuts = new Cuts();

  @Test
  void a_cut_lasts_from_the_first_report_on() {
    cuts.reported(1, List.of(2L), 10 * SECOND);
    cuts.reported(1, List.of(2L, 3L), 11 * SECOND);
    cuts.reported(1, List.of(2L, 3L), 12 * SECOND);

    assertThat(cuts.since(1, 2, 12 * SECOND)).isEqualTo(OptionalLong.of(10 * SECOND));
    assertThat(cuts.since(1, 3, 12 * SECOND)).isEqualTo(OptionalLong.of(11 * SECOND));
    assertThat(cuts.since(2, 1, 12 * SECOND)).isEmpty();
  }

  @Test
  void what_is_no_longer_reported_is_over() {
    cuts.reported(1, List.of(2L, 3L), 10 * SECOND);
    cuts.reported(1, List.of(3L), 11 * SECOND);
    assertThat(cuts.since(1, 2, 11 * SECOND)).isEmpty();

    assertThat(cuts.since(1, 3, 14 * SECOND)).isEmpty();
    cuts.reported(1, List.of(3L), 20 * SECOND);
    assertThat(cuts.since(1, 3, 20 * SECOND)).isEqualTo(OptionalLong.of(20 * SECOND));
  }
}
