package io.flotilla.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;

/**
 * The readable part of a log that isn't open: the newest intact state file, and the entries that
 * follow it without a gap. A survey changes nothing; {@link #repair} reduces the disk to this part.
 */
final class Survey {

  private final Path log;
  private long checkpoint = -1;
  private long end = -1;
  private long lastTerm;
  private String damage;

  /** The newest intact state file, its MD5, and those older than that, which nothing is read of. */
  private Path stateFile;

  private MD5Hash md5;
  private final List<Path> older = new ArrayList<>();
  private final List<Path> unusable = new ArrayList<>();
  private final List<LogSegmentFile> run = new ArrayList<>();

  private Survey(Path group) {
    this.log = group.resolve("current");
  }

  static Survey of(Path group) throws IOException {
    Survey survey = new Survey(group);
    survey.readStateFiles(group.resolve("sm"));
    survey.readSegments();
    return survey;
  }

  /** The last readable index; -1 if none. */
  long end() {
    return end;
  }

  /** The term of the last readable entry, or of the state file. */
  long lastTerm() {
    return lastTerm;
  }

  /** The first thing that is wrong, or null. */
  String damage() {
    return damage;
  }

  /** The newest intact state file, or null. */
  Path stateFile() {
    return stateFile;
  }

  /** When anything was last written to the readable part. */
  Instant written() throws IOException {
    Path last = run.isEmpty() ? stateFile() : run.get(run.size() - 1).path();
    return Files.getLastModifiedTime(last).toInstant();
  }

  /** Reads the entries again, in order; the first ones may be in the state file too. */
  void forEachEntry(Consumer<LogEntryProto> entry) throws IOException {
    for (LogSegmentFile segment : run) {
      segment.forEach(entry);
    }
  }

  private void readStateFiles(Path directory) throws IOException {
    Map<Long, Path> newestFirst = new TreeMap<>(Comparator.reverseOrder());
    for (Path file : list(directory)) {
      Matcher name = SimpleStateMachineStorage.SNAPSHOT_REGEX.matcher(name(file));
      if (name.matches()) {
        newestFirst.put(Long.parseLong(name.group(2)), file);
      }
    }
    newestFirst.forEach(this::readStateFile);
  }

  private void readStateFile(long index, Path file) {
    if (stateFile != null) {
      older.add(file);
      return;
    }
    Optional<byte[]> found = StateFormat.md5IfWhole(file);
    if (found.isEmpty()) {
      spoil(file, "the state file " + file + " is damaged");
      return;
    }
    stateFile = file;
    md5 = MD5Hash.newInstance(found.get());
    checkpoint = index;
    Matcher name = SimpleStateMachineStorage.SNAPSHOT_REGEX.matcher(name(file));
    lastTerm = name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  private void readSegments() throws IOException {
    List<LogSegmentFile> segments = new ArrayList<>();
    for (Path file : list(log)) {
      LogSegmentFile.read(file).ifPresent(segments::add);
    }
    segments.sort(Comparator.comparingLong(LogSegmentFile::first));
    boolean ended = false;
    for (LogSegmentFile segment : segments) {
      if (ended) {
        unusable.add(segment.path());
      } else {
        ended = !follows(segment);
      }
    }
    end = checkpoint;
    if (!run.isEmpty()) {
      LogSegmentFile last = run.get(run.size() - 1);
      if (last.last() >= checkpoint) {
        end = last.last();
        lastTerm = Math.max(lastTerm, last.lastTerm());
      } else {
        // Nothing could be appended to it.
        run.forEach(s -> unusable.add(s.path()));
        run.clear();
      }
    }
  }

  /** Adds the segment, or its intact part, to the run; false if nothing can follow it. */
  private boolean follows(LogSegmentFile segment) {
    long expected = run.isEmpty() ? checkpoint + 1 : run.get(run.size() - 1).last() + 1;
    boolean fits = run.isEmpty() ? segment.first() <= expected : segment.first() == expected;
    if (fits && segment.damage() == null) {
      run.add(segment);
      return true;
    }
    String what =
        fits
            ? segment.path() + ": after index " + segment.last() + " comes " + segment.damage()
            : "the entries from " + expected + " to " + (segment.first() - 1) + " are missing";
    if (!segment.isOpen() && segment.named() <= checkpoint) {
      // All its entries are in the state file, and so are those before them.
      run.forEach(s -> unusable.add(s.path()));
      run.clear();
      spoil(segment.path(), what);
      return true;
    }
    if (fits && segment.last() >= segment.first()) {
      note(what);
      run.add(segment);
    } else {
      spoil(segment.path(), what);
    }
    return false;
  }

  private void spoil(Path file, String what) {
    unusable.add(file);
    note(what);
  }

  private void note(String what) {
    damage = damage == null ? what : damage;
  }

  /**
   * Cuts off and puts aside what can't be used, so that Ratis finds exactly what this survey found.
   */
  void repair(Path aside) throws IOException {
    for (Path file : unusable) {
      putAside(file, aside);
      if (Files.exists(md5(file))) {
        putAside(md5(file), aside);
      }
    }
    if (stateFile != null && !Optional.of(md5).equals(storedMd5(stateFile))) {
      replaceMd5(stateFile, md5);
    }
    for (Path file : older) {
      // Ratis reads no state file at all if it can't read the checksum next to one of them.
      if (storedMd5(file).isEmpty()) {
        replaceMd5(file, MD5FileUtil.computeMd5ForFile(file.toFile()));
      }
    }
    for (LogSegmentFile segment : run) {
      if (segment.damage() != null) {
        cut(segment);
      }
    }
    if (Files.exists(log)) {
      StateFiles.syncDirectory(log);
    }
  }

  private static void cut(LogSegmentFile segment) throws IOException {
    try (FileChannel file = FileChannel.open(segment.path(), StandardOpenOption.WRITE)) {
      file.truncate(segment.length());
      file.force(true);
    }
    if (!segment.properPath().equals(segment.path())) {
      Files.move(segment.path(), segment.properPath());
    }
  }

  private static Optional<MD5Hash> storedMd5(Path file) {
    try {
      return Optional.ofNullable(MD5FileUtil.readStoredMd5ForFile(file.toFile()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static void replaceMd5(Path file, MD5Hash md5) throws IOException {
    Files.deleteIfExists(md5(file));
    MD5FileUtil.saveMD5File(file.toFile(), md5);
  }

  static void putAside(Path file, Path aside) throws IOException {
    OwnerOnly.createDirectories(aside);
    Path target = aside.resolve(name(file) + "." + System.currentTimeMillis());
    for (int i = 1; Files.exists(target); i++) {
      target = aside.resolve(name(file) + "." + System.currentTimeMillis() + "-" + i);
    }
    Files.move(file, target);
    StateFiles.syncDirectory(aside);
    StateFiles.syncDirectory(file.toAbsolutePath().getParent());
  }

  private static Path md5(Path file) {
    return file.resolveSibling(name(file) + MD5FileUtil.MD5_SUFFIX);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(files::add);
    } catch (NoSuchFileException e) {
      // treated as empty
    }
    return files;
  }
}
