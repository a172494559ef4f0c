package io.flotilla.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second process off the data directory; the system frees it when the process dies. */
final class DataLock implements AutoCloseable {
  private final FileChannel channel;

  private DataLock(FileChannel channel) {
    this.channel = channel;
  }

  static DataLock take(Path directory) throws IOException {
    OwnerOnly.createDirectories(directory);
    FileChannel channel =
        OwnerOnly.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this very process: treated like a lock held by another.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new IOException(
          "The data directory "
              + directory.toAbsolutePath()
              + " is in use by another process. Stop that process, or give this node a directory of"
              + " its own (flotilla.node.data).");
    }
    return new DataLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
