package io.flotilla.journal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;

/**
 * The state machine's files, each the whole state at one log index. A file gets its final name only
 * once it and its checksum are on disk.
 */
final class StateFiles extends SimpleStateMachineStorage {
  private static final int BUFFER = 1 << 16;
  private static final int KEPT = 2;

  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {
    // Called on the apply thread at every check of the threshold; write() does it instead.
  }

  /** A state file, open to read again what is left there. */
  record Written(ColdFile file, ColdState state) {}

  /**
   * Blocks until the file is on the disk.
   *
   * @param onFailure told when something in it can't be read again
   */
  Written write(LogState state, TermIndex at, Consumer<Throwable> onFailure) throws IOException {
    File target = getSnapshotFile(at.getTerm(), at.getIndex());
    File temporary = getTmpSnapshotFile(at.getTerm(), at.getIndex());
    Files.deleteIfExists(temporary.toPath());
    Files.createFile(temporary.toPath());
    ColdFile file = new ColdFile(temporary, target.getPath(), onFailure);
    try {
      return new Written(file, write(state, at, temporary, target, file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private ColdState write(LogState state, TermIndex at, File temporary, File target, ColdFile file)
      throws IOException {
    MessageDigest digest = StateFormat.digest("MD5");
    ColdState written = write(state, temporary, file, digest);
    MD5Hash md5 = finish(temporary, target, digest);
    updateLatestSnapshot(
        new SingleFileSnapshotInfo(
            new FileInfo(target.toPath(), md5), at.getTerm(), at.getIndex()));
    super.cleanupOldSnapshots(
        new SnapshotRetentionPolicy() {
          @Override
          public int getNumSnapshotsRetained() {
            return KEPT;
          }
        });
    return written;
  }

  private static ColdState write(
      LogState state, File temporary, ColdFile again, MessageDigest digest) throws IOException {
    try (FileOutputStream file = new FileOutputStream(temporary);
        OutputStream out = new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER)) {
      ColdState written = StateFormat.write(state, out, again);
      out.flush();
      file.getFD().sync();
      return written;
    }
  }

  private static MD5Hash finish(File temporary, File target, MessageDigest digest)
      throws IOException {
    MD5Hash md5 = MD5Hash.newInstance(digest.digest());
    MD5FileUtil.saveMD5File(target, md5);
    Files.move(temporary.toPath(), target.toPath(), StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(target.toPath().getParent());
    return md5;
  }

  /** Writes the first state file of a group that isn't open. */
  static void begin(Path group, LogState state, TermIndex at) throws IOException {
    Path directory = group.resolve(RaftStorageDirectory.STATE_MACHINE_DIR_NAME);
    OwnerOnly.createDirectories(directory);
    String name = getSnapshotFileName(at.getTerm(), at.getIndex());
    File temporary = directory.resolve(name + ".tmp").toFile();
    MessageDigest digest = StateFormat.digest("MD5");
    write(state, temporary, null, digest);
    finish(temporary, directory.resolve(name).toFile(), digest);
  }

  /** All of it in memory. */
  static LogState read(Path path) throws IOException {
    return read(path, null);
  }

  /**
   * @param file that it is left in, or null
   */
  static LogState read(Path path, ColdFile file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
      return StateFormat.read(in, path.toString(), file);
    }
  }

  /** How much the latest one has; 0 if there is none. */
  long bytes() {
    SingleFileSnapshotInfo latest = getLatestSnapshot();
    return latest == null ? 0 : latest.getFile().getFileSize();
  }

  /** Ratis doesn't sync a state file it received before reporting it as installed. */
  static void sync(SingleFileSnapshotInfo info) throws IOException {
    Path path = info.getFile().getPath();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    syncDirectory(path.getParent());
    syncDirectory(path.getParent().getParent());
  }

  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
