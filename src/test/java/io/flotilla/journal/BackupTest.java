package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a group, and a disk that it is restored on. */
class BackupTest {
  private static final long TAKEN = 1_700_000_000_000L;
  private static final int VERSION_AT = 8;

  /** Nothing is added to what the backup has. */
  private static final List<String> SILENT = List.of();

  @TempDir static Path directory;
  @TempDir static Path disks;
  private static Path backup;
  private static Path original;
  private static String saved;
  private static long index;
  private static long epochAfter;

  /** What was saved is followed by more, under a later claim. */
  @BeforeAll
  static void fill() throws IOException {
    try (LogCluster cluster = LogCluster.started(directory, 1)) {
      ReplicatedLog log = cluster.log("n1");
      long epoch = await(log.claim("KeySpace|a", true)).epoch();
      await(log.seats().enter(life()));
      await(log.write(ReplicatedLogTest.append("KeySpace|a", epoch, 1, "first"), "KeySpace|a"));
      await(log.claim("KeySpace|b", true));
      LogState state = log.node().machine().state();
      saved = StateFormat.digest(new LogState(state.entities(), Roster.EMPTY));
      index = log.node().machine().appliedIndex();
      backup = directory.resolve("a.snap");
      store(await(log.backup(false, TAKEN)), backup);

      epochAfter = await(log.claim("KeySpace|a", true)).epoch();
      await(log.write(ReplicatedLogTest.append("KeySpace|a", epochAfter, 2, "x"), "KeySpace|a"));
      await(log.claim("KeySpace|later", true));
      assertThat(cluster.data("n1").resolve("backup.tmp")).doesNotExist();
      original = cluster.data("n1");
    }
  }

  private static Roster.Occupant life() {
    return new Roster.Occupant("n1", "n1-1", 1, "127.0.0.1", 1, 2, "127.0.0.1:3", 1);
  }

  private static void store(Backups.Copy copy, Path file) throws IOException {
    try (InputStream in = copy.bytes()) {
      assertThat(Files.copy(in, file)).isEqualTo(copy.length());
    }
    assertThat(copy.index()).isGreaterThanOrEqualTo(index);
  }

  private static Path disk(String name) throws IOException {
    Path copy = disks.resolve(name);
    Files.createDirectories(copy.getParent());
    DiskRecoveryTest.copy(original, copy);
    return copy;
  }

  @AfterAll
  static void isLeftAsItWas() throws IOException {
    assertThat(Backup.inspect(backup).index()).isEqualTo(index);
  }

  // ---- the file

  @Test
  void it_has_all_that_was_stored_at_its_index_but_not_the_members() throws IOException {
    Backup.Contents contents = Backup.inspect(backup);
    assertThat(contents.cluster()).isEqualTo("flotilla");
    assertThat(contents.node()).isEqualTo("n1");
    assertThat(contents.taken().toEpochMilli()).isEqualTo(TAKEN);
    assertThat(contents.fileBytes()).isEqualTo(Files.size(backup));
    assertThat(contents.kinds()).extracting(Backup.Kind::name).containsExactly("KeySpace");
    assertThat(contents.kinds()).extracting(Backup.Kind::count).containsExactly(2);
    try (Backup open = Backup.open(backup)) {
      assertThat(open.state().roster()).isEqualTo(Roster.EMPTY);
      assertThat(StateFormat.digest(open.state())).isEqualTo(saved);
    }
  }

  @Test
  void whatever_is_wrong_with_a_file_it_is_refused_before_anything_changes() throws IOException {
    Path disk = disk("refuses");
    Map<Path, Integer> before = DamageTest.contents(disk);
    byte[] whole = Files.readAllBytes(backup);
    for (int length = 0; length < whole.length; length += 1 + whole.length / 50) {
      isRefused(disk, Arrays.copyOf(whole, length), "");
    }
    isRefused(disk, Arrays.copyOf(whole, whole.length - 1), "damaged or cut off");
    isRefused(disk, Arrays.copyOf(whole, whole.length + 1), "damaged or cut off");
    for (int at = VERSION_AT + 4; at < whole.length; at += 1 + whole.length / 100) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      isRefused(disk, damaged, "damaged or cut off");
    }
    isRefused(disk, "PK a foreign file, and long enough".getBytes(), "isn't a state file");
    byte[] newer = whole.clone();
    newer[VERSION_AT + 3]++;
    isRefused(disk, signed(newer), "has version 4; this version of Flotilla reads 3");
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    StateFormat.write(LogState.EMPTY, own);
    isRefused(disk, own.toByteArray(), "is a node's own state file");
    assertThatThrownBy(() -> DataDirectory.restore(disk, disks.resolve("none"), SILENT))
        .hasMessageEndingWith("none doesn't exist");
    assertThat(DamageTest.contents(disk)).isEqualTo(before);
  }

  private static void isRefused(Path disk, byte[] file, String why) throws IOException {
    Path bad = disks.resolve("bad.snap");
    Files.write(bad, file);
    assertThatThrownBy(() -> Backup.inspect(bad))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
    assertThatThrownBy(() -> DataDirectory.restore(disk, bad, SILENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  /** With the checksum that belongs to it. */
  private static byte[] signed(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, file.length - Integer.BYTES);
    ByteBuffer.wrap(file).putInt(file.length - Integer.BYTES, (int) crc.getValue());
    return file;
  }

  // ---- the disk

  @Test
  void a_disk_that_it_is_restored_on_has_its_state_and_goes_on_after_both() throws IOException {
    Path disk = disk("restored/n1");
    long end = DataDirectory.contents(disk).end();
    DataDirectory.Recovered done = DataDirectory.restore(disk, backup, SILENT);
    Survivor restored = new Survivor(disk);
    assertThat(restored.end()).isEqualTo(end).isGreaterThan(index);
    assertThat(StateFormat.digest(restored.state())).isEqualTo(saved);
    assertThat(restored.isWholeGroup()).isTrue();
    assertThat(new Survivor(done.aside()).state().entity("KeySpace|later").epoch()).isPositive();

    try (LogCluster cluster =
        new LogCluster(disk.getParent(), 1, "flotilla", ConfigFactory.empty())) {
      cluster.isFormed();
      cluster.restart("n1");
      EntityLog claimed = await(cluster.log("n1").claim("KeySpace|a", true));
      assertThat(claimed.events().highest()).isEqualTo(1);
      assertThat(claimed.epoch()).as("no incarnation is named again").isGreaterThan(epochAfter);
      assertThat(cluster.log("n1").isClaimed("KeySpace|later")).isFalse();
    }
  }

  @Test
  void killed_at_any_change_the_old_state_is_there_or_the_new_one_is_finished() throws IOException {
    String old = StateFormat.digest(new Survivor(original).state());
    int changes = 0;
    int decided = 0;
    boolean finished = false;
    while (!finished) {
      Path disk = disk("killed-" + ++changes);
      finished = runUntil(disk, changes);
      if (DiskRecovery.isUnfinished(disk)) {
        decided++;
        assertThatThrownBy(() -> DataDirectory.restore(disk, backup, SILENT))
            .hasMessageContaining("recover --yes");
        DataDirectory.recover(disk);
        assertThat(StateFormat.digest(new Survivor(disk).state())).isEqualTo(saved);
      } else {
        String now = StateFormat.digest(new Survivor(disk).state());
        assertThat(now).as("before change %d", changes).isIn(old, saved);
        DataDirectory.restore(disk, backup, SILENT);
        assertThat(StateFormat.digest(new Survivor(disk).state())).isEqualTo(saved);
      }
    }
    assertThat(changes).isGreaterThan(10);
    assertThat(decided).isGreaterThan(5);
  }

  private static boolean runUntil(Path disk, int change) throws IOException {
    int[] left = {change};
    try (DataLock lock = DataLock.take(disk);
        Backup open = Backup.open(backup)) {
      Runnable kill =
          () -> {
            if (--left[0] == 0) {
              throw new IllegalStateException("killed");
            }
          };
      new DiskRecovery(disk, kill).restore(new Survivor(disk), open, SILENT);
      return true;
    } catch (IllegalStateException killed) {
      return false;
    }
  }

  @Test
  void a_node_that_runs_keeps_what_it_has() throws IOException {
    Path disk = disk("running");
    try (DataLock lock = DataLock.take(disk)) {
      assertThatThrownBy(() -> DataDirectory.restore(disk, backup, SILENT))
          .hasMessageContaining("in use by another process");
    }
  }
}
