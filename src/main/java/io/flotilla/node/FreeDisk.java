package io.flotilla.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How much room the disk with this node's data has, and how much it must have. Low is one that has
 * less, until it has a tenth more.
 */
final class FreeDisk {
  private final LongSupplier free;
  private final LongSupplier floor;
  private volatile Usage latest = new Usage(0, 0, false);

  /** In bytes, as it was when this node looked last. */
  record Usage(long free, long floor, boolean low) {}

  FreeDisk(LongSupplier free, LongSupplier floor) {
    this.free = free;
    this.floor = floor;
  }

  static FreeDisk of(Path directory, LongSupplier floor) {
    return new FreeDisk(() -> usable(directory), floor);
  }

  /** Of a disk that doesn't answer, nothing. */
  static long usable(Path directory) {
    try {
      return Files.getFileStore(existing(directory.toAbsolutePath())).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Before the node has made the directory, it looks at where that will be. */
  private static Path existing(Path directory) {
    Path parent = directory.getParent();
    return parent == null || Files.exists(directory) ? directory : existing(parent);
  }

  /** Looks; may block. */
  boolean isLow() {
    long least = floor.getAsLong();
    long now = free.getAsLong();
    boolean low = now < (latest.low() ? least + least / 10 : least);
    latest = new Usage(now, least, low);
    return low;
  }

  Usage usage() {
    return latest;
  }
}
