package io.flotilla.journal;

import io.flotilla.wire.UnreadableException;
import io.flotilla.wire.Wire;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The stored form of commands and the wire form of replies.
 *
 * <pre>
 * 'F' version(1) name and message... crc32c(4, over everything before it)
 * </pre>
 *
 * <p>A member that doesn't know every field of a command would diverge from the others: it stops.
 */
final class LogCodec {
  private static final int MAGIC = 'F';
  private static final int VERSION = 2;
  private static final int HEADER = 2;

  private LogCodec() {}

  static byte[] encode(Command command) {
    return frame(command);
  }

  static byte[] encode(Reply reply) {
    return frame(reply);
  }

  static Command decodeCommand(ByteBuffer data) {
    String what = "log entry";
    return read(Command.class, data, what, Exact.unknownIn(what));
  }

  static Reply decodeReply(ByteBuffer data) {
    return read(Reply.class, data, "log reply", () -> {});
  }

  private static byte[] frame(Object message) {
    byte[] frame = Wire.PLAIN.writeTyped(message, HEADER, Integer.BYTES);
    frame[0] = MAGIC;
    frame[1] = VERSION;
    int end = frame.length - Integer.BYTES;
    ByteBuffer.wrap(frame).putInt(end, checksum(frame, end));
    return frame;
  }

  private static <T> T read(Class<T> type, ByteBuffer data, String what, Runnable onUnknown) {
    byte[] frame = new byte[data.remaining()];
    data.duplicate().get(frame);
    int end = frame.length - Integer.BYTES;
    if (end < HEADER) {
      throw new CorruptDataException(what + ": only " + frame.length + " bytes");
    }
    int computed = checksum(frame, end);
    int stored = ByteBuffer.wrap(frame).getInt(end);
    if (computed != stored) {
      throw new CorruptDataException(
          String.format("%s: checksum is %08x, stored is %08x", what, computed, stored));
    }
    if (frame[0] != MAGIC || frame[1] != VERSION) {
      throw new CorruptDataException(
          String.format(
              "%s: begins with %02x, version %d; this version of Flotilla reads %02x, version %d",
              what, frame[0], frame[1], MAGIC, VERSION));
    }
    try {
      return type.cast(Wire.PLAIN.readTyped(frame, HEADER, end - HEADER, onUnknown));
    } catch (UnreadableException | ClassCastException e) {
      throw new CorruptDataException(
          what + ": " + e.getMessage() + "; written by a newer version of Flotilla?");
    }
  }

  private static int checksum(byte[] frame, int end) {
    CRC32C crc = new CRC32C();
    crc.update(frame, 0, end);
    return (int) crc.getValue();
  }
}
