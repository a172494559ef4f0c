package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeDiskTest {
  private final AtomicLong free = new AtomicLong();
  private final AtomicLong floor = new AtomicLong(100);
  private final FreeDisk disk = new FreeDisk(free::get, floor::get);

  private boolean isLowAt(long bytes) {
    free.set(bytes);
    return disk.isLow();
  }

  @Test
  void is_low_below_its_floor_until_it_has_a_tenth_more() {
    assertThat(isLowAt(100)).isFalse();
    assertThat(isLowAt(99)).isTrue();
    assertThat(disk.usage()).isEqualTo(new FreeDisk.Usage(99, 100, true));
    assertThat(isLowAt(109)).isTrue();
    assertThat(isLowAt(110)).isFalse();
    assertThat(isLowAt(101)).isFalse();
    floor.set(102);
    assertThat(disk.isLow()).isTrue();
  }

  @Test
  void without_a_floor_even_a_full_disk_is_not_low() {
    floor.set(0);
    assertThat(isLowAt(0)).isFalse();
  }

  @Test
  void the_room_is_that_of_the_file_system_also_before_the_directory_is_there(@TempDir Path data)
      throws IOException {
    long usable = Files.getFileStore(data).getUsableSpace();
    FreeDisk real = FreeDisk.of(data.resolve("not/yet"), () -> Long.MAX_VALUE / 2);
    assertThat(real.isLow()).isTrue();
    assertThat(real.usage().free()).isBetween(usable / 2, usable * 2);
    assertThat(FreeDisk.of(data, () -> 1).isLow()).isFalse();
  }
}
