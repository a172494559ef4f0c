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

  /** Blocks until the file is on the disk. */
  void write(LogState state, TermIndex at) throws IOException {
    File target = getSnapshotFile(at.getTerm(), at.getIndex());
    MD5Hash md5 = write(state, getTmpSnapshotFile(at.getTerm(), at.getIndex()), target);
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
  }

  private static MD5Hash write(LogState state, File temporary, File target) throws IOException {
    MessageDigest digest = StateFormat.digest("MD5");
    try (FileOutputStream file = new FileOutputStream(temporary);
        OutputStream out =
            new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER)) {
      StateFormat.write(state, out);
      out.flush();
      file.getFD().sync();
    }
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
    write(state, temporary, directory.resolve(name).toFile());
  }

  LogState read(SingleFileSnapshotInfo info) throws IOException {
    return read(info.getFile().getPath());
  }

  static LogState read(Path path) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
      return StateFormat.read(in, path.toString());
    }
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
