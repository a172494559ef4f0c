package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SeatWatchTest {
  private final AtomicBoolean held = new AtomicBoolean(true);
  private final SeatWatch watch = new SeatWatch(held::get);
  private final List<String> lost = new ArrayList<>();

  private void acquire(String lease) {
    watch.watch(lease, () -> lost.add(lease));
  }

  @Test
  void all_leases_are_lost_with_the_seat_and_each_once() {
    acquire("a");
    acquire("b");
    watch.look();
    assertThat(lost).isEmpty();
    held.set(false);
    watch.look();
    watch.look();
    assertThat(lost).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void one_that_was_released_is_not_lost() {
    acquire("a");
    acquire("b");
    watch.forget("a");
    held.set(false);
    watch.look();
    assertThat(lost).containsExactly("b");
  }

  @Test
  void one_that_fails_to_end_is_in_nobodys_way() {
    watch.watch(
        "fails",
        () -> {
          throw new IllegalStateException("on purpose");
        });
    acquire("a");
    acquire("b");
    held.set(false);
    watch.look();
    watch.look();
    assertThat(lost).containsExactlyInAnyOrder("a", "b");
  }
}
