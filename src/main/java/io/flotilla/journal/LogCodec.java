package io.flotilla.journal;

import io.flotilla.wire.UnreadableException;
import io.flotilla.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The stored form of commands and the wire form of replies.
 *
 * <pre>
 * one:     'F' version(1) name and message... crc32c(4, over everything before it)
 * several: 'G' version(1) (length(4) one)... crc32c(4, over everything before it)
 * </pre>
 *
 * <p>A member that doesn't know every field of a command would diverge from the others: it stops.
 */
final class LogCodec {
  private static final int MAGIC = 'F';
  private static final int VERSION = 2;
  private static final int HEADER = 2;
  private static final int GROUP_MAGIC = 'G';
  private static final int GROUP_VERSION = 1;

  /** What an entry has in front of each of several commands, besides a head of its own. */
  static final int GROUP_OVERHEAD = Integer.BYTES;

  /** How every one begins, up to the name. */
  private static final byte[] APPEND = beginning(new Command.Append("", 0, 0, List.of(), 0));

  private LogCodec() {}

  /** Of a command without content, which has a tag and a length of 0 behind its name. */
  private static byte[] beginning(Command empty) {
    byte[] frame = frame(empty);
    return Arrays.copyOf(frame, frame.length - Integer.BYTES - 2);
  }

  static byte[] encode(Command command) {
    return frame(command);
  }

  static byte[] encode(Reply reply) {
    return frame(reply);
  }

  /** Whether an encoded command is an {@link Command.Append}. */
  static boolean isAppend(byte[] command) {
    return command.length > APPEND.length
        && Arrays.equals(APPEND, 0, APPEND.length, command, 0, APPEND.length);
  }

  static byte[] encodeAll(List<Reply> replies) {
    return group(replies.stream().map(LogCodec::encode).toList());
  }

  /** Encoded commands, or replies, as one entry or message; a single one is left as it is. */
  static byte[] group(List<byte[]> frames) {
    if (frames.size() == 1) {
      return frames.get(0);
    }
    int length = frames.stream().mapToInt(f -> GROUP_OVERHEAD + f.length).sum();
    ByteBuffer group = ByteBuffer.allocate(HEADER + length + Integer.BYTES);
    group.put((byte) GROUP_MAGIC).put((byte) GROUP_VERSION);
    frames.forEach(f -> group.putInt(f.length).put(f));
    return group.putInt(checksum(group.array(), HEADER + length)).array();
  }

  /**
   * The commands of an entry, which are to be applied in this order. If there are several, each
   * appends: what others answer, and mean, depends on the index being theirs alone.
   */
  static List<Command> decodeCommands(ByteBuffer data) {
    String what = "log entry";
    List<Command> commands =
        ungroup(data, what).stream()
            .map(one -> read(Command.class, one, what, Exact.unknownIn(what)))
            .toList();
    if (commands.size() > 1 && !commands.stream().allMatch(Command.Append.class::isInstance)) {
      throw new CorruptDataException(what + ": several commands, of which some don't append");
    }
    return commands;
  }

  static List<Reply> decodeReplies(ByteBuffer data) {
    return ungroup(data, "log reply").stream().map(LogCodec::decodeReply).toList();
  }

  static Reply decodeReply(ByteBuffer data) {
    return read(Reply.class, data, "log reply", () -> {});
  }

  private static List<ByteBuffer> ungroup(ByteBuffer data, String what) {
    if (!data.hasRemaining() || data.get(data.position()) != GROUP_MAGIC) {
      return List.of(data);
    }
    byte[] group = bytes(data, what);
    checkBeginning(group, GROUP_MAGIC, GROUP_VERSION, what);
    ByteBuffer rest = ByteBuffer.wrap(group, HEADER, group.length - HEADER - Integer.BYTES);
    List<ByteBuffer> frames = new ArrayList<>();
    while (rest.hasRemaining()) {
      int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
      if (length < 0 || length > rest.remaining()) {
        throw new CorruptDataException(what + ": a group of several ends early");
      }
      frames.add(rest.slice(rest.position(), length));
      rest.position(rest.position() + length);
    }
    if (frames.size() < 2) {
      throw new CorruptDataException(what + ": a group of " + frames.size());
    }
    return frames;
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
    byte[] frame = bytes(data, what);
    checkBeginning(frame, MAGIC, VERSION, what);
    int end = frame.length - Integer.BYTES;
    try {
      return type.cast(Wire.PLAIN.readTyped(frame, HEADER, end - HEADER, onUnknown));
    } catch (UnreadableException | ClassCastException e) {
      throw new CorruptDataException(
          what + ": " + e.getMessage() + "; written by a newer version of Flotilla?");
    }
  }

  /** A copy, whose checksum is right. */
  private static byte[] bytes(ByteBuffer data, String what) {
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
    return frame;
  }

  private static void checkBeginning(byte[] frame, int magic, int version, String what) {
    if (frame[0] != magic || frame[1] != version) {
      throw new CorruptDataException(
          String.format(
              "%s: begins with %02x, version %d; this version of Flotilla reads %02x, version %d",
              what, frame[0], frame[1], magic, version));
    }
  }

  private static int checksum(byte[] frame, int end) {
    CRC32C crc = new CRC32C();
    crc.update(frame, 0, end);
    return (int) crc.getValue();
  }
}
