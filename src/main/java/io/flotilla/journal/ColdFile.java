package io.flotilla.journal;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A state file that parts of the state are left in, instead of in memory too. It has been read or
 * written as a whole, so whatever can't be read again is a failure of the log.
 *
 * <p>It stays readable when it is deleted, until it is closed. Not a channel: that would be closed
 * by the interruption of a thread that reads.
 */
final class ColdFile implements Closeable {
  private final String name;
  private final RandomAccessFile file;
  private final Consumer<Throwable> onFailure;
  private boolean closed;

  /**
   * @param name in errors
   * @param onFailure told when something can't be read
   */
  ColdFile(File file, String name, Consumer<Throwable> onFailure) throws IOException {
    this.name = name;
    this.file = new RandomAccessFile(file, "r");
    this.onFailure = onFailure;
  }

  /**
   * A part of the file.
   *
   * @param length with the part's own length in front
   */
  record Place(ColdFile file, long position, int length, int crc32c) {
    byte[] read() {
      return file.read(this);
    }
  }

  private byte[] read(Place place) {
    try {
      byte[] bytes = readFully(place);
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, bytes.length);
      if ((int) crc.getValue() == place.crc32c) {
        return bytes;
      }
      throw new CorruptDataException(
          String.format(
              "%s is damaged at %d: checksum %08x, should be %08x",
              name, place.position, (int) crc.getValue(), place.crc32c));
    } catch (IOException e) {
      onFailure.accept(e);
      throw new CorruptDataException(name + " can't be read any more: " + e.getMessage());
    } catch (CorruptDataException e) {
      onFailure.accept(e);
      throw e;
    }
  }

  private synchronized byte[] readFully(Place place) throws IOException {
    if (closed) {
      throw new IllegalStateException(name + " has been replaced by later ones: try again");
    }
    byte[] bytes = new byte[place.length];
    file.seek(place.position);
    file.readFully(bytes);
    return bytes;
  }

  /** For those who still read a state that was replaced long ago. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    file.close();
  }
}
