package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.journal.EntityLog.StoredSnapshot;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state that is left in its file is the same one: only where its bytes are differs. */
class ColdStateTest {
  @TempDir Path directory;
  private final List<Throwable> failures = new ArrayList<>();
  private LogState warm = LogState.EMPTY;
  private LogState cold = LogState.EMPTY;
  private ColdFile file;
  private int files;
  private long index;

  private Reply apply(Command command) {
    index++;
    LogState.Applied one = warm.apply(index, command);
    LogState.Applied other = cold.apply(index, command);
    assertThat(other.reply()).isEqualTo(one.reply());
    warm = one.state();
    cold = other.state();
    return one.reply();
  }

  private long claim(String id) {
    return ((Reply.Claimed) apply(new Command.Claim(id, UUID.randomUUID()))).epoch();
  }

  private void append(String id, long epoch, long first, String... events) {
    assertThat(apply(ReplicatedLogTest.append(id, epoch, first, events)))
        .isInstanceOf(Reply.Done.class);
  }

  private void snapshot(String id, long epoch, long sequenceNr, byte[]... chunks) {
    for (int i = 0; i < chunks.length; i++) {
      apply(new Command.SnapshotChunk(id, epoch, sequenceNr, 7, i, chunks[i]));
    }
    int crc = EntityLog.crc(List.of(chunks));
    assertThat(apply(new Command.CommitSnapshot(id, epoch, sequenceNr, 7, chunks.length, crc)))
        .isInstanceOf(Reply.Done.class);
  }

  /** Writes a state, and leaves in the file what it has of the present one. */
  private void leave(LogState view) throws IOException {
    Path path = directory.resolve("state" + ++files);
    Files.createFile(path);
    ColdFile next = new ColdFile(path.toFile(), path.toString(), failures::add);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
      cold = StateFormat.write(view, out, next).left(cold);
    }
    if (file != null) {
      file.close(); // whatever would still be there could not be read any more
    }
    file = next;
  }

  private void read() throws IOException {
    Path path = directory.resolve("state" + files);
    file.close();
    file = new ColdFile(path.toFile(), path.toString(), failures::add);
    cold = StateFiles.read(path, file);
  }

  private void areTheSame() {
    assertThat(StateFormat.digest(cold)).isEqualTo(StateFormat.digest(warm));
    assertThat(cold.bytes()).isEqualTo(warm.bytes());
    for (String id : warm.entities().keySet()) {
      EventRun one = warm.entity(id).events();
      EventRun other = cold.entity(id).events();
      assertThat(other.first()).isEqualTo(one.first());
      assertThat(other.highest()).isEqualTo(one.highest());
      assertThat(other.size()).isEqualTo(one.size());
      assertThat(other.bytes()).isEqualTo(one.bytes());
      for (long nr = one.first(); nr <= one.highest(); nr++) {
        assertThat(other.get(nr)).isEqualTo(one.get(nr));
      }
      assertThat(cold.entity(id).weight()).isEqualTo(warm.entity(id).weight());
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void what_is_in_the_file_is_not_in_memory_and_the_rest_is() throws IOException {
    long epoch = claim("a");
    for (int i = 1; i <= 40; i++) {
      append("a", epoch, i, "x".repeat(20_000));
    }
    snapshot("a", epoch, 30, new byte[300_000], new byte[10]);
    long little = claim("b");
    append("b", little, 1, "y");
    LogState view = cold;
    append("a", epoch, 41, "later", "later still");
    snapshot("a", epoch, 41, new byte[1000]);
    leave(view);
    EntityLog a = cold.entity("a");
    assertThat(a.events().hasCold()).isTrue();
    assertThat(a.snapshots())
        .extracting(s -> s.chunks() instanceof ColdChunks)
        .containsExactly(true, false);
    assertThat(cold.entity("b").events().hasCold()).as("not worth it").isFalse();
    areTheSame();
    // A repeat of what is only in the file is recognised.
    append("a", epoch, 3, "x".repeat(20_000));
    assertThat(apply(ReplicatedLogTest.append("a", epoch, 3, "y".repeat(20_000))))
        .isInstanceOf(Reply.OutOfOrder.class);
    for (long deleted : new long[] {1, 14, 15, 40, 41, 42}) {
      apply(new Command.DeleteTo("a", epoch, deleted));
      areTheSame();
    }
    append("a", epoch, 43, "on");
    areTheSame();
  }

  @Test
  void a_start_leaves_in_the_file_what_it_reads() throws IOException {
    long epoch = claim("a");
    for (int i = 1; i <= 40; i++) {
      append("a", epoch, i, "x".repeat(20_000));
    }
    snapshot("a", epoch, 30, new byte[300_000], new byte[10]);
    apply(new Command.SnapshotChunk("a", epoch, 40, 7, 0, new byte[100]));
    leave(cold);
    read();
    areTheSame();
    assertThat(cold.entity("a").events().hasCold()).isTrue();
    StoredSnapshot stored = cold.entity("a").snapshots().get(0);
    assertThat(stored.chunks()).isInstanceOf(ColdChunks.class);
    assertThat(stored.size()).isEqualTo(300_010);
    int crc = EntityLog.crc(List.of(new byte[100]));
    assertThat(apply(new Command.CommitSnapshot("a", epoch, 40, 7, 1, crc)))
        .isInstanceOf(Reply.Done.class);
    append("a", epoch, 41, "on");
    apply(new Command.DeleteTo("a", epoch, 20));
    areTheSame();
  }

  @Test
  void whatever_happens_it_stays_the_same_and_one_file_is_enough() throws IOException {
    Random random = new Random(4711);
    String[] ids = {"a", "b", "c"};
    long[] next = {1, 1, 1};
    LogState view = null;
    for (String id : ids) {
      claim(id);
    }
    for (int i = 0; i < 3000; i++) {
      int n = random.nextInt(ids.length);
      long epoch = cold.entity(ids[n]).epoch();
      switch (random.nextInt(40)) {
        case 0 -> claim(ids[n]);
        case 1, 2 -> apply(new Command.DeleteTo(ids[n], epoch, next[n] - random.nextInt(60)));
        case 3 -> snapshot(ids[n], epoch, next[n] - 1, bytes(random), bytes(random));
        case 4 ->
            apply(
                new Command.DeleteSnapshots(
                    ids[n], epoch, 0, next[n] - random.nextInt(60), 0, Long.MAX_VALUE));
        case 5 -> apply(new Command.SnapshotChunk(ids[n], epoch, next[n], 8, 0, bytes(random)));
        case 6 -> {
          if (view == null) {
            view = cold;
          } else {
            leave(view);
            view = null;
            areTheSame();
          }
        }
        case 7 -> {
          if (view == null && files > 0 && random.nextInt(5) == 0) {
            leave(cold);
            read();
            areTheSame();
          }
        }
        default -> {
          int more = 1 + random.nextInt(3);
          List<String> events = new ArrayList<>();
          for (int e = 0; e < more; e++) {
            events.add("x".repeat(random.nextInt(8) == 0 ? 60_000 : random.nextInt(300)));
          }
          append(ids[n], epoch, next[n], events.toArray(String[]::new));
          next[n] += more;
        }
      }
    }
    areTheSame();
    assertThat(files).isGreaterThan(20);
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(2000)];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void what_can_not_be_read_again_is_a_failure_of_the_log() throws IOException {
    long epoch = claim("a");
    append("a", epoch, 1, "x".repeat(2000));
    snapshot("a", epoch, 1, "y".repeat(2000).getBytes(StandardCharsets.UTF_8));
    leave(cold);
    Path path = directory.resolve("state" + files);
    byte[] whole = Files.readAllBytes(path);
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    for (String letters : List.of("xxxx", "yyyy")) {
      byte[] bad = whole.clone();
      bad[text.indexOf(letters)] ^= 1;
      Files.write(path, bad);
      assertThatThrownBy(this::readAll)
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("damaged at");
      assertThat(failures).hasSize(1);
      failures.clear();
    }
    Files.write(path, new byte[0]);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("can't be read any more");
    assertThat(failures).hasSize(1);
  }

  private void readAll() {
    cold.entity("a").events().get(1);
    cold.entity("a").snapshots().get(0).chunks().get(0);
  }
}
