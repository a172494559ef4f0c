package io.flotilla.journal;

import io.flotilla.journal.ColdFile.Place;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/** Tells where in a stream something is, and its checksum. */
final class Gauge {
  private final CRC32C crc = new CRC32C();
  private long begin;
  private long position;

  /** Here begins what {@link #place} is asked for next. */
  void begin() {
    begin = position;
    crc.reset();
  }

  /** What has passed since. */
  Place place(ColdFile file) {
    return new Place(file, begin, Math.toIntExact(position - begin), (int) crc.getValue());
  }

  private void pass(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    position += length;
  }

  private void pass(int single) {
    crc.update(single);
    position++;
  }

  OutputStream on(OutputStream target) {
    return new FilterOutputStream(target) {
      @Override
      public void write(int single) throws IOException {
        out.write(single);
        pass(single);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        pass(bytes, offset, length);
      }
    };
  }

  InputStream on(InputStream source) {
    return new FilterInputStream(source) {
      @Override
      public int read() throws IOException {
        int single = in.read();
        if (single >= 0) {
          pass(single);
        }
        return single;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        if (read > 0) {
          pass(into, offset, read);
        }
        return read;
      }
    };
  }
}
