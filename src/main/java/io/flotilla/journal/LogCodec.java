package io.flotilla.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored form of commands, and the form of replies on the wire.
 *
 * <pre>
 * 'F' version(1) type(1) fields... crc32c(4, over everything before it)
 * </pre>
 *
 * <p>Numbers are big-endian, strings UTF-8 after a 4-byte length. A type's fields never change: a
 * new form gets a new type or a new version. The golden-bytes test holds this.
 */
final class LogCodec {
  static final int MAGIC = 'F';
  static final int VERSION = 1;

  private LogCodec() {}

  static byte[] encode(Command command) {
    if (command instanceof Command.Append c) {
      return append(c);
    }
    if (command instanceof Command.SnapshotChunk c) {
      return frame(4, c.bytes().length + 128, c.persistenceId())
          .writeLong(c.epoch())
          .writeLong(c.sequenceNr())
          .writeLong(c.timestamp())
          .writeInt(c.chunk())
          .writeBytes(c.bytes())
          .writeChecksum()
          .toBytes();
    }
    return small(command).writeChecksum().toBytes();
  }

  /** Type 2 is the form from before the state's bytes were told, and of those who don't tell. */
  private static byte[] append(Command.Append c) {
    boolean told = c.stateBytes() != EntityLog.UNKNOWN;
    int size = 72 + c.persistenceId().length() * 3;
    for (byte[] event : c.events()) {
      size = Math.addExact(size, event.length + 4);
    }
    ByteWriter out =
        frame(told ? 9 : 2, size, c.persistenceId())
            .writeLong(c.epoch())
            .writeLong(c.firstSequenceNr())
            .writeInt(c.events().size());
    c.events().forEach(out::writeBytes);
    if (told) {
      out.writeLong(c.stateBytes());
    }
    return out.writeChecksum().toBytes();
  }

  private static ByteWriter small(Command command) {
    if (command instanceof Command.Claim c) {
      return frame(1, 64, c.persistenceId()).writeUuid(c.claimId());
    }
    if (command instanceof Command.DeleteTo c) {
      return frame(3, 64, c.persistenceId()).writeLong(c.epoch()).writeLong(c.sequenceNr());
    }
    if (command instanceof Command.CommitSnapshot c) {
      return frame(5, 96, c.persistenceId())
          .writeLong(c.epoch())
          .writeLong(c.sequenceNr())
          .writeLong(c.timestamp())
          .writeInt(c.chunks())
          .writeInt(c.crc32c());
    }
    if (command instanceof Command.DeleteSnapshots c) {
      return frame(6, 96, c.persistenceId())
          .writeLong(c.epoch())
          .writeLong(c.minSequenceNr())
          .writeLong(c.maxSequenceNr())
          .writeLong(c.minTimestamp())
          .writeLong(c.maxTimestamp());
    }
    return header(command instanceof Command.NoOp ? 7 : 8, 16);
  }

  static Command decodeCommand(ByteBuffer data) {
    ByteReader in = new ByteReader(data, "log entry").verifyChecksum();
    int type = readHeader(in, "log entry");
    Command command =
        switch (type) {
          case 1 -> new Command.Claim(in.readString(), in.readUuid());
          case 2 ->
              new Command.Append(
                  in.readString(), in.readLong(), in.readLong(), readEvents(in), EntityLog.UNKNOWN);
          case 3 -> new Command.DeleteTo(in.readString(), in.readLong(), in.readLong());
          case 4 ->
              new Command.SnapshotChunk(
                  in.readString(),
                  in.readLong(),
                  in.readLong(),
                  in.readLong(),
                  in.readInt(),
                  in.readBytes());
          case 5 ->
              new Command.CommitSnapshot(
                  in.readString(),
                  in.readLong(),
                  in.readLong(),
                  in.readLong(),
                  in.readInt(),
                  in.readInt());
          case 6 ->
              new Command.DeleteSnapshots(
                  in.readString(),
                  in.readLong(),
                  in.readLong(),
                  in.readLong(),
                  in.readLong(),
                  in.readLong());
          case 7 -> new Command.NoOp();
          case 8 -> new Command.Digest();
          case 9 ->
              new Command.Append(
                  in.readString(), in.readLong(), in.readLong(), readEvents(in), in.readLong());
          default ->
              throw new CorruptDataException(
                  "log entry of type " + type + ": written by a newer version of Flotilla");
        };
    in.expectEnd();
    return command;
  }

  static byte[] encode(Reply reply) {
    if (reply instanceof Reply.Claimed r) {
      return header(1, 32)
          .writeLong(r.epoch())
          .writeLong(r.highestSequenceNr())
          .writeChecksum()
          .toBytes();
    }
    if (reply instanceof Reply.Done r) {
      return header(2, 32).writeLong(r.index()).writeChecksum().toBytes();
    }
    if (reply instanceof Reply.Fenced r) {
      return header(3, 32).writeLong(r.currentEpoch()).writeChecksum().toBytes();
    }
    if (reply instanceof Reply.OutOfOrder r) {
      return header(4, 32).writeLong(r.highestSequenceNr()).writeChecksum().toBytes();
    }
    Reply.Refused r = (Reply.Refused) reply;
    return header(5, 64).writeString(r.reason()).writeChecksum().toBytes();
  }

  static Reply decodeReply(ByteBuffer data) {
    ByteReader in = new ByteReader(data, "log reply").verifyChecksum();
    int type = readHeader(in, "log reply");
    Reply reply =
        switch (type) {
          case 1 -> new Reply.Claimed(in.readLong(), in.readLong());
          case 2 -> new Reply.Done(in.readLong());
          case 3 -> new Reply.Fenced(in.readLong());
          case 4 -> new Reply.OutOfOrder(in.readLong());
          case 5 -> new Reply.Refused(in.readString());
          default -> throw new CorruptDataException("log reply of unknown type " + type);
        };
    in.expectEnd();
    return reply;
  }

  private static List<byte[]> readEvents(ByteReader in) {
    int count = in.readCount();
    List<byte[]> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(in.readBytes());
    }
    return events;
  }

  private static ByteWriter header(int type, int expectedSize) {
    return new ByteWriter(expectedSize).writeByte(MAGIC).writeByte(VERSION).writeByte(type);
  }

  private static ByteWriter frame(int type, int expectedSize, String persistenceId) {
    return header(type, expectedSize).writeString(persistenceId);
  }

  private static int readHeader(ByteReader in, String what) {
    int magic = in.readByte();
    int version = in.readByte();
    if (magic != MAGIC || version != VERSION) {
      throw new CorruptDataException(
          String.format(
              "%s: begins with %02x, version %d; this version of Flotilla reads %02x, version %d",
              what, magic, version, MAGIC, VERSION));
    }
    return in.readByte();
  }
}
