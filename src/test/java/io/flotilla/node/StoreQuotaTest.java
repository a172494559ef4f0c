package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoreQuotaTest {
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong limit = new AtomicLong(1000);
  private volatile Set<String> lowDisks = Set.of();
  private final StoreQuota quota =
      new StoreQuota(stored::get, limit::get, () -> lowDisks, (id, bytes) -> {});

  private long roomAt(long bytes) {
    stored.set(bytes);
    return quota.room().bytes();
  }

  @Test
  void there_is_room_up_to_the_quota() {
    assertThat(roomAt(0)).isEqualTo(1000);
    assertThat(roomAt(949)).isEqualTo(51);
    assertThat(quota.usage()).isEqualTo(new StoreQuota.Usage(949, 1000, false, Set.of()));
  }

  @Test
  void once_it_is_reached_there_is_none_until_a_tenth_is_free_again() {
    assertThat(roomAt(950)).isZero();
    assertThat(roomAt(949)).isZero();
    assertThat(roomAt(900)).isZero();
    assertThat(quota.usage().alarm()).isTrue();
    assertThat(roomAt(899)).isEqualTo(101);
    assertThat(roomAt(940)).isEqualTo(60);
    assertThat(roomAt(1001)).isZero();
  }

  @Test
  void the_alarm_comes_when_a_request_may_not_fit_any_more() {
    limit.set(100 << 20);
    assertThat(roomAt((99 << 20) - 1)).isEqualTo((1 << 20) + 1);
    assertThat(roomAt(99 << 20)).isZero();
  }

  @Test
  void a_member_with_less_memory_that_joins_lowers_it_for_all() {
    assertThat(roomAt(500)).isEqualTo(500);
    limit.set(500);
    assertThat(quota.room().bytes()).isZero();
    limit.set(2000);
    assertThat(quota.room().bytes()).isEqualTo(1500);
  }

  @Test
  void while_a_disk_is_nearly_full_there_is_none_whatever_the_quota() {
    lowDisks = Set.of("n3", "n2");
    assertThat(roomAt(0)).isZero();
    assertThat(quota.room().beyond().code()).isEqualTo("disk-low");
    assertThat(quota.room().beyond()).hasMessageContaining("the disk of n2, n3 (");
    lowDisks = Set.of();
    assertThat(roomAt(0)).isEqualTo(1000);
    assertThat(quota.room().beyond().code()).isEqualTo("quota-exceeded");
  }

  @Test
  void what_fits_leaves_most_of_the_heap_free() {
    for (long heap = 64L << 20; heap < 64L << 30; heap *= 2) {
      assertThat(StoreQuota.fitting(heap)).isBetween(1L << 20, heap / 4);
    }
  }
}
