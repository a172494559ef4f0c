package io.flotilla.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;

/**
 * Records how far this disk has acknowledged, and its last vote. Kept apart from the log: if the
 * log ends before its mark, the disk has lost data that others rely on.
 *
 * <p>The file {@code mark} has two slots, written in turn, so that one is always intact. A record
 * is in the file before its promise leaves this node, and so survives the process; by then a vote
 * is also on disk, while an index follows within {@link #SYNC_MILLIS}. Decision 20 explains why
 * that suffices.
 */
final class Mark implements AutoCloseable {
  static final String FILE = "mark";
  private static final long MAGIC = 0x464c4f544d41524bL; // FLOTMARK
  private static final int VERSION = 1;
  // Each slot has a page of its own, as a power cut may tear the page being written.
  private static final int SLOT = 4096;
  private static final int RECORD = 256;
  private static final long SYNC_MILLIS = 20;

  /**
   * @param index the last index acknowledged; -1 before the first
   * @param term of the last vote
   * @param votedFor the candidate's peer id; empty before the first
   */
  record Promise(long index, long term, String votedFor) {
    static final Promise NONE = new Promise(-1, 0, "");
  }

  private final Path file;
  private String peerId;
  private long sequence;
  private Promise promise = Promise.NONE;
  private final List<Truncation> truncations = new ArrayList<>();

  // Interrupting a writing thread would close a channel: writers use the plain file, and only the
  // syncing thread uses the channel.
  private RandomAccessFile out;
  private volatile FileChannel channel;
  private volatile IOException failure;
  private final AtomicBoolean syncDue = new AtomicBoolean();
  private final ScheduledExecutorService syncing =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("flotilla-log-mark"));

  /** A truncation under way: entries beyond it may still be flushed, but won't stay. */
  static final class Truncation {
    private final long last;

    private Truncation(long last) {
      this.last = last;
    }
  }

  Mark(Path directory) {
    this.file = directory.resolve(FILE);
  }

  boolean exists() {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Creates the mark for a new disk. Blocks until it is on disk. */
  synchronized void create(String ofPeer, Promise initial) throws IOException {
    closeFile();
    Files.deleteIfExists(file);
    open(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    out.write(new byte[2 * SLOT]);
    peerId = ofPeer;
    promise = initial;
    writeBoth();
    sync();
    StateFiles.syncDirectory(file.getParent());
  }

  /** Loads the mark from the disk. */
  synchronized Promise load(String ofPeer) throws IOException {
    closeFile();
    if (!exists()) {
      throw new IOException(file + " is missing");
    }
    open(StandardOpenOption.READ, StandardOpenOption.WRITE);
    Slot first = Slot.read(channel, 0);
    Slot second = Slot.read(channel, SLOT);
    Slot newest =
        first == null || second != null && second.sequence > first.sequence ? second : first;
    if (newest == null || !newest.peerId.equals(ofPeer)) {
      closeFile();
      throw new IOException(
          file + (newest == null ? " isn't readable" : " belongs to disk " + newest.peerId));
    }
    peerId = ofPeer;
    sequence = newest.sequence;
    promise = newest.promise;
    return promise;
  }

  private void open(OpenOption... options) throws IOException {
    channel = OwnerOnly.open(file, options);
    out = new RandomAccessFile(file.toFile(), "rw");
  }

  /** Ends this disk's promises, before it becomes a new one. */
  synchronized void remove() throws IOException {
    closeFile();
    promise = Promise.NONE;
    Files.deleteIfExists(file);
    StateFiles.syncDirectory(file.getParent());
  }

  /** Called when the log has this index on disk, before anything is acknowledged. */
  synchronized void acknowledge(long index) throws IOException {
    long stays = index;
    for (Truncation t : truncations) {
      stays = Math.min(stays, t.last);
    }
    if (stays > promise.index) {
      raise(stays);
    }
  }

  private void raise(long index) throws IOException {
    if (failure != null) {
      throw failure;
    }
    promise = new Promise(index, promise.term, promise.votedFor);
    write();
    if (syncDue.compareAndSet(false, true)) {
      syncing.schedule(this::syncLater, SYNC_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void syncLater() {
    syncDue.set(false);
    try {
      channel.force(false);
    } catch (IOException e) {
      failure = e;
    }
  }

  private void sync() throws IOException {
    try {
      CompletableFuture.runAsync(this::syncLater, syncing).join();
    } catch (CompletionException e) {
      throw new IOException("can't sync " + file, e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Called before the log is truncated from {@code index} on. Blocks until that is on disk. */
  synchronized Truncation truncating(long index) throws IOException {
    Truncation truncation = new Truncation(index - 1);
    truncations.add(truncation);
    if (promise.index >= index) {
      promise = new Promise(index - 1, promise.term, promise.votedFor);
      write();
      sync();
    }
    return truncation;
  }

  synchronized void truncated(Truncation truncation) {
    truncations.remove(truncation);
  }

  /** A received state file has replaced the log up to {@code index}. */
  synchronized void installed(long index) throws IOException {
    truncations.clear();
    acknowledge(index);
  }

  /** Called before a vote is sent. Blocks until it is on disk. */
  synchronized void voted(long term, String candidate) throws IOException {
    if (term == promise.term && candidate.equals(promise.votedFor)) {
      return;
    }
    if (term <= promise.term) {
      throw new IOException(
          "vote for " + candidate + " in term " + term + " after " + promise + ": not given");
    }
    promise = new Promise(promise.index, term, candidate);
    writeBoth();
    sync();
  }

  private void writeBoth() throws IOException {
    write();
    write();
  }

  private void write() throws IOException {
    if (out == null) {
      throw new IOException(file + " isn't open");
    }
    sequence++;
    out.seek(sequence % 2 * SLOT);
    out.write(new Slot(sequence, peerId, promise).encoded());
  }

  private void closeFile() throws IOException {
    if (out != null) {
      sync();
      out.close();
      channel.close();
      out = null;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closeFile();
    syncing.shutdown();
  }

  private record Slot(long sequence, String peerId, Promise promise) {
    byte[] encoded() {
      ByteBuffer record = ByteBuffer.allocate(RECORD);
      record.putLong(MAGIC).putInt(VERSION).putLong(sequence);
      record.putLong(promise.index).putLong(promise.term);
      put(record, peerId);
      put(record, promise.votedFor);
      record.putInt(checksum(record));
      return record.array();
    }

    /** Null if there is no intact record. */
    static Slot read(FileChannel channel, long position) throws IOException {
      ByteBuffer record = ByteBuffer.allocate(RECORD);
      while (record.hasRemaining() && channel.read(record, position + record.position()) > 0) {
        // not intact
      }
      record.flip();
      try {
        if (record.getLong() != MAGIC || record.getInt() != VERSION) {
          return null;
        }
        long sequence = record.getLong();
        long index = record.getLong();
        long term = record.getLong();
        String peerId = get(record);
        Promise promise = new Promise(index, term, get(record));
        int computed = checksum(record);
        return computed == record.getInt() ? new Slot(sequence, peerId, promise) : null;
      } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
        return null;
      }
    }

    private static int checksum(ByteBuffer upToHere) {
      CRC32C crc = new CRC32C();
      crc.update(upToHere.duplicate().flip());
      return (int) crc.getValue();
    }

    private static void put(ByteBuffer to, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      to.putShort((short) bytes.length).put(bytes);
    }

    private static String get(ByteBuffer from) {
      int length = from.getShort();
      if (length < 0 || length > from.remaining()) {
        throw new IllegalArgumentException("invalid name length");
      }
      byte[] bytes = new byte[length];
      from.get(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
