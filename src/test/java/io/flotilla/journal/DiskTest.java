package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one node's disk may look like when it starts. */
class DiskTest {
  @TempDir Path directory;
  private LogCluster cluster;
  private long epoch;
  private long highest;

  @BeforeEach
  void start() {
    cluster =
        new LogCluster(
            directory,
            1,
            "flotilla",
            ConfigFactory.parseString("flotilla.journal.checkpoint.bytes = 1MiB"));
    cluster.startAll();
    epoch = await(cluster.log("n1").claim("a", true)).epoch();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void a_second_process_on_the_same_directory_is_refused_and_told_why() {
    LogCluster second = new LogCluster(directory, 1, "flotilla", ConfigFactory.empty());
    try (second) {
      assertThatThrownBy(second::startAll)
          .hasMessageContaining(cluster.data("n1").toString())
          .hasMessageContaining("in use by another process")
          .hasMessageContaining("flotilla.node.data");
    }
  }

  @Test
  void half_an_entry_behind_the_last_acknowledged_one_is_cut_off() throws IOException {
    write("x", "y");
    cluster.stop("n1");
    byte[] begun = {42, 17, 3, 1, 4, 1, 5};
    byte[] preallocated = new byte[1 << 20];
    for (byte[] torn : List.of(begun, preallocated, new byte[] {0, 0, 0, 9, 9})) {
      Files.write(openSegment(), torn, StandardOpenOption.APPEND);
      cluster.restart("n1");
      assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(2);
      cluster.stop("n1");
    }
    assertThat(cluster.halts).isEmpty();
  }

  @Test
  void the_log_is_compacted_and_the_state_comes_back_from_its_file() throws IOException {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 30; i++) {
      write(large);
      await(cluster.log("n1").write(new Command.DeleteTo("a", epoch, highest - 1), "a"));
    }
    // Checkpoints are considered only when entries arrive.
    Awaitility.await()
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                write("small");
              }
              return files("log_").stream().noneMatch(f -> f.startsWith("log_0-"));
            });
    assertThat(files("snapshot.")).isNotEmpty();
    long before = highest;
    cluster.stop("n1");
    cluster.restart("n1");
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(before);
  }

  @Test
  void a_node_ends_when_it_can_not_read_again_what_it_left_in_a_state_file() throws IOException {
    write("x".repeat(1 << 20));
    Awaitility.await()
        .until(
            () -> {
              write("small");
              return cluster.log("n1").local("a").events().hasCold();
            });
    EventRun events = cluster.log("n1").local("a").events();
    assertThat(events.get(1)).hasSize(1 << 20);
    List<Path> stateFiles;
    try (Stream<Path> files = Files.walk(cluster.data("n1"))) {
      stateFiles = files.filter(f -> f.toString().matches(".*snapshot\\.\\d+_\\d+")).toList();
    }
    for (Path file : stateFiles) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    // What was read is remembered for a moment, until memory is collected.
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              try {
                events.get(1);
                return false;
              } catch (CorruptDataException e) {
                return true;
              }
            });
    assertThat(cluster.halts).hasSize(1);
    assertThat(cluster.halts.get(0)).contains("is damaged at", "this node stops");
  }

  @Test
  void a_directory_of_another_node_is_refused() throws IOException {
    cluster.stop("n1");
    Identity own = Identity.in(cluster.data("n1"));
    Identity other =
        new Identity("n7", own.cluster(), own.peerId(), 0, own.group(), own.initialMembers());
    other.write(cluster.data("n1"));
    assertThatThrownBy(() -> cluster.restart("n1"))
        .hasMessageContaining("belongs to node n7, not n1")
        .hasMessageContaining("flotilla.node.data");
  }

  @Test
  void a_log_without_its_identity_is_not_taken_for_an_empty_disk() throws IOException {
    cluster.stop("n1");
    Files.delete(cluster.data("n1").resolve("identity"));
    assertThatThrownBy(() -> cluster.restart("n1"))
        .hasMessageContaining("identity is missing, but there is a log beside it");
  }

  @Test
  void a_log_that_is_gone_is_not_taken_for_an_empty_disk_until_that_is_accepted()
      throws IOException {
    write("x");
    cluster.stop("n1");
    Files.move(cluster.data("n1").resolve("raft"), directory.resolve("elsewhere"));
    assertThatThrownBy(() -> cluster.restart("n1"))
        .hasMessageContaining("is gone")
        .hasMessageContaining("accept-loss");
    cluster.stop("n1");
    assertThat(DataDirectory.acceptLoss(cluster.data("n1")).lost()).contains("is gone");
    cluster.restart("n1");
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isZero();
  }

  @Test
  void a_disk_of_an_older_version_is_refused_and_stays_as_it_is() throws IOException {
    write("x", "y");
    cluster.stop("n1");
    Path identity = cluster.data("n1").resolve("identity");
    String old = Files.readString(identity).replaceAll("format=\\d+", "format=3");
    Files.writeString(identity, old);
    assertThatThrownBy(() -> cluster.restart("n1"))
        .hasMessageContaining("older version")
        .hasMessageContaining("format 3")
        .hasMessageContaining("/v1/kv/?recurse&ns=");
    assertThat(identity).hasContent(old);
    assertThat(openSegment()).isNotEmptyFile();
  }

  @Test
  void a_disk_without_its_mark_is_refused() throws IOException {
    write("x", "y");
    cluster.stop("n1");
    Files.delete(cluster.data("n1").resolve("mark"));
    assertThatThrownBy(() -> cluster.restart("n1")).hasMessageContaining("mark is missing");
  }

  private void write(String... events) {
    await(cluster.log("n1").write(ReplicatedLogTest.append("a", epoch, highest + 1, events), "a"));
    highest += events.length;
  }

  private Path openSegment() throws IOException {
    try (Stream<Path> files = Files.walk(cluster.data("n1").resolve("raft"))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("log_inprogress"))
          .findFirst()
          .orElseThrow();
    }
  }

  private List<String> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(cluster.data("n1").resolve("raft"))) {
      return files.map(f -> f.getFileName().toString()).filter(f -> f.startsWith(prefix)).toList();
    }
  }
}
