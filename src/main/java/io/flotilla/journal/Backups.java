package io.flotilla.journal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Writes {@link Backup}s of what this member has applied. A backup is first written to the disk as
 * a whole: then however slow its reader, no old state is kept in memory for it.
 */
public final class Backups {
  private static final String FILE = "backup.tmp";
  private static final int BUFFER = 1 << 16;

  /** What is left of the disk afterwards is at least as much again: the log needs it more. */
  private static final int ROOM = 2;

  private final JournalSettings settings;
  private final Supplier<RaftNode> raft;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** {@code raft} supplies null while this node isn't up. */
  Backups(JournalSettings settings, Supplier<RaftNode> raft) {
    this.settings = settings;
    this.raft = raft;
  }

  /**
   * A backup, to be read once and closed. Its file is gone by then.
   *
   * @param index of the log that it is of
   */
  public record Copy(InputStream bytes, long length, long index) {}

  /**
   * Blocks while it is written.
   *
   * @param atMillis the time of day, for people to read
   */
  Copy take(long atMillis) {
    RaftNode node = raft.get();
    if (node == null) {
      throw new NoQuorumException("this node takes no part in the group yet");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new OverloadException("this node is writing a backup already");
    }
    try {
      return write(node.machine().latest(), atMillis);
    } catch (IOException e) {
      throw new CompletionException("the backup can't be written: " + e.getMessage(), e);
    } finally {
      busy.set(false);
    }
  }

  private Copy write(LogStateMachine.AtIndex latest, long atMillis) throws IOException {
    LogState state = Backup.contents(latest.state());
    long size = state.entities().values().stream().mapToLong(EntityLog::kept).sum();
    Path directory = settings.dataDirectory();
    long left = Files.getFileStore(directory).getUsableSpace();
    if (left < ROOM * size) {
      throw new OverloadException(
          "the node's disk has only " + left + " bytes left, and the backup takes about " + size);
    }
    Path file = directory.resolve(FILE);
    StatePart.Origin origin =
        new StatePart.Origin(
            settings.clusterName(),
            settings.self().id(),
            latest.at().getTerm(),
            latest.at().getIndex(),
            atMillis);
    Files.deleteIfExists(file);
    try (OutputStream out = new BufferedOutputStream(created(file), BUFFER)) {
      StateFormat.write(origin, state, out);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file); // it takes room, perhaps the last
      throw e;
    }
    long length = Files.size(file);
    InputStream bytes = Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE);
    return new Copy(bytes, length, origin.index());
  }

  private static OutputStream created(Path file) throws IOException {
    return Channels.newOutputStream(
        OwnerOnly.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }
}
