package io.flotilla.audit;

import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is put aside when it is full: {@code FILE.1} is the last one before it. Unlike what
 * logging frameworks offer, it says when it can't be written.
 */
final class AuditFile implements AutoCloseable {
  private final Path file;
  private final long maxBytes;
  private final int kept;

  /** Keeps others out, as the file itself is moved away. */
  private final FileChannel lock;

  /** Null: to be opened. */
  private FileChannel channel;

  private long size;

  /**
   * @param kept how many full ones there may be beside it
   */
  AuditFile(Path file, long maxBytes, int kept) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.kept = kept;
    if (file.getParent() != null) {
      OwnerOnly.createDirectories(file.getParent());
    }
    lock = OwnerOnly.open(sibling(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isMine()) {
      lock.close();
      throw new IOException(file + " is in use by another node");
    }
    open();
  }

  private boolean isMine() throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void open() throws IOException {
    channel = OwnerOnly.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    size = channel.size();
  }

  private Path sibling(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /** After a failure, the next try begins with a new line. */
  void write(ByteBuffer lines) throws IOException {
    try {
      if (channel == null) {
        open();
        if (size > 0) {
          size += channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
      }
      if (size > 0 && size + lines.remaining() > maxBytes) {
        putAside();
      }
      while (lines.hasRemaining()) {
        size += channel.write(lines);
      }
    } catch (IOException e) {
      closeFile();
      throw e;
    }
  }

  private void putAside() throws IOException {
    channel.close();
    for (int n = kept - 1; n >= 1; n--) {
      if (Files.exists(sibling("." + n))) {
        Files.move(sibling("." + n), sibling("." + (n + 1)), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(file, sibling(".1"), StandardCopyOption.REPLACE_EXISTING);
    open();
  }

  private void closeFile() {
    FileChannel broken = channel;
    channel = null;
    try {
      if (broken != null) {
        broken.close();
      }
    } catch (IOException e) {
      // it failed already
    }
  }

  @Override
  public void close() throws IOException {
    closeFile();
    lock.close();
  }
}
