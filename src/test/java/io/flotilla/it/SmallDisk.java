package io.flotilla.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system of its own for a directory, in memory. Skips the test where none may be mounted.
 */
final class SmallDisk implements AutoCloseable {
  private final Path directory;
  private final Path ballast;

  SmallDisk(Path directory, String size) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.ballast = directory.resolve("ballast");
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()),
        "a file system can't be mounted");
  }

  /** Somebody else fills it, but for so many bytes. */
  void fillBut(long bytes) throws IOException {
    byte[] block = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (Files.getFileStore(directory).getUsableSpace() >= bytes + block.length) {
        out.write(block);
      }
    }
  }

  /** That is deleted again. */
  void relieve() throws IOException {
    Files.delete(ballast);
  }

  private static boolean run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!run("umount", directory.toString())) {
      throw new AssertionError(directory + " is still in use");
    }
  }
}
