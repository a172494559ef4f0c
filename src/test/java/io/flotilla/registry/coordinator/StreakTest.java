package io.flotilla.registry.coordinator;

import static io.flotilla.registry.Status.CRITICAL;
import static io.flotilla.registry.Status.PASSING;
import static io.flotilla.registry.Status.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreakTest {
  private static List<Status> run(int successes, int failures, Status from, Status... outcomes) {
    CheckDefinition definition =
        new CheckDefinition(
            0, "http://x", "GET", Map.of(), "", false, "", 1000, 1000, successes, failures, 0);
    Streak streak = new Streak();
    List<Status> stands = new ArrayList<>();
    Status now = from;
    for (Status outcome : outcomes) {
      now = streak.after(outcome, now, definition);
      stands.add(now);
    }
    return stands;
  }

  @Test
  void without_thresholds_each_outcome_counts() {
    assertThat(run(1, 1, CRITICAL, PASSING, CRITICAL, WARNING, PASSING))
        .containsExactly(PASSING, CRITICAL, WARNING, PASSING);
  }

  @Test
  void it_passes_after_so_many_successes_in_a_row() {
    assertThat(run(3, 1, CRITICAL, PASSING, PASSING, CRITICAL, PASSING, PASSING, PASSING, PASSING))
        .containsExactly(CRITICAL, CRITICAL, CRITICAL, CRITICAL, CRITICAL, PASSING, PASSING);
  }

  @Test
  void it_is_critical_after_so_many_failures_in_a_row() {
    assertThat(run(1, 2, PASSING, CRITICAL, PASSING, CRITICAL, CRITICAL, PASSING, CRITICAL))
        .containsExactly(PASSING, PASSING, PASSING, CRITICAL, PASSING, PASSING);
  }
}
