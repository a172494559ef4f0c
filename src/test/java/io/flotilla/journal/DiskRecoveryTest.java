package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of three of which one disk is left. */
class DiskRecoveryTest {
  private static final List<String> ALL = List.of("n1", "n2", "n3");

  @TempDir static Path directory;
  @TempDir static Path original;
  private static LogCluster cluster;
  private static long highest;

  /** The disks have a state file, and a log that goes on after it. */
  @BeforeAll
  static void fill() throws IOException {
    cluster =
        new LogCluster(
            directory,
            3,
            "flotilla",
            ConfigFactory.parseString("flotilla.journal.checkpoint.bytes = 1MiB")
                .withFallback(LogCluster.HARDLY_ANY_ELECTIONS));
    cluster.startAll();
    cluster.isFormed();
    long epoch = await(cluster.log("n2").claim("a", true)).epoch();
    for (int i = 0; i < 3; i++) {
      write("n2", epoch, "x".repeat(400 << 10));
    }
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () -> {
              write("n2", epoch, "small");
              return hasStateFile("n1") && hasStateFile("n2") && hasStateFile("n3");
            });
    for (String id : ALL) {
      await(cluster.log(id).seats().enter(life(id, 1)));
    }
    write("n2", epoch, "last");
    for (String id : ALL) {
      Awaitility.await().atMost(TestPatience.PATIENCE).until(() -> has(id, highest));
    }
    cluster.stopAll();
    copy(directory, original);
  }

  @BeforeEach
  void restore() throws IOException {
    cluster.halts.clear();
    for (String id : ALL) {
      restore(id);
    }
  }

  @AfterEach
  void stop() {
    cluster.stopAll();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static void restore(String id) throws IOException {
    if (Files.exists(cluster.data(id))) {
      cluster.wipe(id);
    }
    copy(original.resolve(id), cluster.data(id));
  }

  private static void write(String node, long epoch, String event) {
    await(cluster.log(node).write(ReplicatedLogTest.append("a", epoch, ++highest, event), "a"));
  }

  private static boolean has(String id, long event) {
    return cluster.log(id).local("a").events().highest() == event;
  }

  private static Roster.Occupant life(String node, int number) {
    long uid = 10L * ALL.indexOf(node) + number;
    return new Roster.Occupant(node, node + "-1", uid, "127.0.0.1", 1, 2, "127.0.0.1:3", 1);
  }

  // ---- what becomes of the cluster

  @Test
  void it_is_the_whole_cluster_with_all_it_had_and_new_members_fill_it_up() throws IOException {
    cluster.wipe("n2");
    cluster.wipe("n3");
    DataDirectory.Recovered recovered = DataDirectory.recover(cluster.data("n1"));
    assertThat(recovered.aside().resolve("raft")).isDirectory();
    assertThat(recovered.aside().resolve("identity")).isRegularFile();

    cluster.restart("n1");
    EntityLog claimed = await(cluster.log("n1").claim("a", true));
    assertThat(claimed.events().highest()).isEqualTo(highest);
    assertThat(cluster.log("n1").status().peers())
        .extracting(LogStatus.Peer::peerId)
        .containsExactly(recovered.peerId());
    long next = highest + 1;
    await(cluster.log("n1").write(ReplicatedLogTest.append("a", claimed.epoch(), next, "n"), "a"));

    // Nobody of the old Akka cluster is waited for.
    Roster.Entry entry = await(cluster.log("n1").seats().enter(life("n1", 2)));
    assertThat(entry.outcome()).isEqualTo(Roster.Outcome.FOUND);
    assertThat(entry.in()).extracting(seat -> seat.who().node()).containsExactly("n1");

    for (String id : List.of("n2", "n3")) {
      cluster.restart(id);
      Awaitility.await().atMost(TestPatience.PATIENCE).until(() -> has(id, next));
      assertThat(Identity.in(cluster.data(id)).groupId())
          .isEqualTo(Identity.in(cluster.data("n1")).groupId());
    }
    assertThat(cluster.log("n1").status().peers()).hasSize(3);
    Map<String, String> digests = await(cluster.log("n3").digests());
    assertThat(digests.values().stream().distinct()).hasSize(1);

    // They are members like any other, so the group goes on without the one it began with.
    cluster.stop("n1");
    assertThat(await(cluster.log("n2").claim("a", true)).events().highest()).isEqualTo(next);
    cluster.restart("n1");
    assertThat(cluster.halts).isEmpty();
  }

  @Test
  void old_members_are_refused_and_change_nothing_even_a_majority_of_them() throws IOException {
    DataDirectory.recover(cluster.data("n1"));
    cluster.restart("n1");
    List<LogStatus.Peer> peers = cluster.log("n1").status().peers();
    DataDirectory.Contents before = DataDirectory.contents(cluster.data("n2"));
    isOutdated("n2", cluster.start("n2"));
    cluster.stop("n2");
    assertThat(DataDirectory.contents(cluster.data("n2"))).isEqualTo(before);

    List<CompletionStage<?>> both = List.of(cluster.start("n2"), cluster.start("n3"));
    isOutdated("n2", both.get(0));
    isOutdated("n3", both.get(1));
    assertThat(cluster.halts).hasSize(3);
    assertThat(cluster.log("n1").status().peers()).isEqualTo(peers);
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(highest);

    cluster.stop("n2");
    cluster.wipe("n2");
    cluster.restart("n2");
    assertThat(cluster.log("n1").status().peers()).hasSize(2);
  }

  private static void isOutdated(String id, CompletionStage<?> start) {
    assertThatThrownBy(() -> await(start))
        .hasMessageContaining("as it was before it was recovered")
        .hasMessageContaining("its generation is 0")
        .hasMessageContaining("move " + cluster.data(id) + " away");
  }

  @Test
  void a_damaged_old_disk_is_refused_as_well_and_not_replaced() throws IOException {
    DataDirectory.recover(cluster.data("n1"));
    cluster.restart("n1");
    Files.delete(cluster.data("n2").resolve("mark"));
    isOutdated("n2", cluster.start("n2"));
    cluster.stop("n2");
    assertThat(cluster.data("n2").resolve("damaged")).doesNotExist();
    assertThat(Identity.in(cluster.data("n2"))).isEqualTo(Identity.in(original.resolve("n2")));
  }

  @Test
  void a_second_disk_that_is_recovered_too_gives_way_to_the_one_that_serves() throws IOException {
    DataDirectory.recover(cluster.data("n1"));
    DataDirectory.recover(cluster.data("n2"));
    cluster.restart("n1");
    assertThatThrownBy(() -> cluster.restart("n2"))
        .hasMessageContaining("was recovered as a cluster of its own")
        .hasMessageContaining("n1 leads a group of generation 1-");
    cluster.stop("n2");
    cluster.wipe("n2");
    cluster.restart("n2");
    assertThat(cluster.log("n2").local("a").epoch()).isPositive();
  }

  @Test
  void a_recovered_disk_gives_way_to_a_majority_that_is_not_lost_after_all() throws IOException {
    DataDirectory.recover(cluster.data("n1"));
    List.of(cluster.start("n2"), cluster.start("n3")).forEach(LogCluster::await);
    assertThatThrownBy(() -> cluster.restart("n1"))
        .hasMessageContaining("leads a group of generation 0");
    assertThat(await(cluster.log("n2").claim("a", true)).events().highest()).isEqualTo(highest);
  }

  // ---- the disk

  /** Its former members were only cut off, and go on. */
  @Test
  void two_groups_that_run_raise_the_alarm_on_all_their_nodes() throws IOException {
    DataDirectory.recover(cluster.data("n3"));
    List<CompletionStage<?>> starting = List.of(cluster.start("n1"), cluster.start("n2"));
    starting.forEach(LogCluster::await);
    assertThat(cluster.log("n1").otherGroup()).isEmpty();
    cluster.hasNoSeeds(); // so it doesn't know of them when it starts
    await(cluster.start("n3"));
    cluster.hasSeeds();

    Awaitility.await()
        .until(() -> ALL.stream().allMatch(id -> cluster.log(id).otherGroup().isPresent()));
    assertThat(cluster.log("n1").otherGroup().orElseThrow()).startsWith("n3 (generation 1-");
    assertThat(cluster.log("n3").otherGroup().orElseThrow()).contains("(generation 0) runs");
    assertThat(cluster.halts).isEmpty();

    cluster.stop("n3");
    cluster.passes(OtherGroup.INTERVAL.multipliedBy(10));
    assertThat(cluster.log("n1").otherGroup()).as("nobody is there any more").isEmpty();
  }

  @Test
  void what_is_on_it_is_said_and_nothing_changed() throws IOException {
    Map<Path, Integer> found = DamageTest.contents(cluster.data("n1"));
    DataDirectory.Contents contents = DataDirectory.contents(cluster.data("n1"));
    assertThat(contents.node()).isEqualTo("n1");
    assertThat(contents.generation()).isEqualTo("0");
    assertThat(contents.term()).isPositive();
    assertThat(contents.acknowledged()).isPositive().isLessThanOrEqualTo(contents.end());
    assertThat(contents.lost()).isNull();
    assertThat(contents.isWholeGroup()).isFalse();
    assertThat(contents.members()).extracting(DataDirectory.Member::node).hasSameElementsAs(ALL);
    assertThat(DamageTest.contents(cluster.data("n1"))).isEqualTo(found);
  }

  @Test
  void a_disk_that_has_itself_lost_writes_says_so_and_gives_what_it_has() throws IOException {
    Path data = cluster.data("n1");
    Files.delete(DamagedMemberTest.lastSegment(data));
    DataDirectory.Contents contents = DataDirectory.contents(data);
    assertThat(contents.lost()).contains("but it had acknowledged up to");
    assertThat(contents.end()).isLessThan(contents.acknowledged());
    DataDirectory.recover(data);
    cluster.restart("n1");
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest())
        .isPositive()
        .isLessThanOrEqualTo(highest);
    assertThat(cluster.halts).isEmpty();
  }

  @Test
  void where_there_is_nothing_to_recover_nothing_is_done() throws IOException {
    Path data = cluster.data("n1");
    DataDirectory.recover(data);
    Map<Path, Integer> found = DamageTest.contents(data);
    assertThat(DataDirectory.contents(data).isWholeGroup()).isTrue();
    assertThatThrownBy(() -> DataDirectory.recover(data)).hasMessageContaining("the whole cluster");
    assertThat(DamageTest.contents(data)).isEqualTo(found);

    Files.move(cluster.data("n2").resolve("raft"), cluster.data("n2").resolve("elsewhere"));
    Path nowhere = directory.resolve("nowhere");
    for (Path none : List.of(cluster.data("n2"), nowhere)) {
      assertThatThrownBy(() -> DataDirectory.contents(none)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> DataDirectory.recover(none)).isInstanceOf(IOException.class);
    }
    assertThat(nowhere).doesNotExist();
    assertThat(cluster.data("n2").resolve("damaged")).doesNotExist();
  }

  @Test
  void a_running_node_is_left_alone() throws IOException {
    List.of(cluster.start("n1"), cluster.start("n2")).forEach(LogCluster::await);
    assertThatThrownBy(() -> DataDirectory.contents(cluster.data("n1")))
        .hasMessageContaining("in use by another process");
    assertThatThrownBy(() -> DataDirectory.recover(cluster.data("n1")))
        .hasMessageContaining("in use by another process");
  }

  /** Thrown in place of the n-th change, as if the process had been killed before it. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void killed_at_any_change_it_has_done_nothing_or_is_finished_by_the_next_call()
      throws IOException {
    Path data = cluster.data("n1");
    Map<Path, Integer> old = DamageTest.contents(data);
    String state = entities(new Survivor(data));
    Identity before = Identity.in(data);
    int changes = 0;
    boolean finished = false;
    Map<Boolean, Integer> seen = new HashMap<>();
    while (!finished) {
      restore("n1");
      finished = runUntil(data, ++changes);
      boolean unfinished = DiskRecovery.isUnfinished(data);
      seen.merge(unfinished, 1, Integer::sum);
      if (unfinished) {
        isRefusedUntilFinished(data);
      } else if (Identity.in(data).equals(before)) {
        Map<Path, Integer> now = DamageTest.contents(data);
        now.keySet().removeIf(file -> file.startsWith(data.resolve("recovering")));
        assertThat(now).as("before change " + changes).isEqualTo(old);
      }
      if (unfinished || Identity.in(data).equals(before)) {
        DataDirectory.recover(data);
      }
      isRecovered(data, before, state);
    }
    assertThat(changes).isGreaterThan(10);
    assertThat(seen.get(true)).as("changes after the decision").isGreaterThan(5);
    cluster.restart("n1");
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(highest);
  }

  private static boolean runUntil(Path data, int change) throws IOException {
    int[] left = {change};
    try (DataLock lock = DataLock.take(data)) {
      DiskRecovery recovery =
          new DiskRecovery(
              data,
              () -> {
                if (--left[0] == 0) {
                  throw new Killed();
                }
              });
      recovery.run(new Survivor(data));
      return true;
    } catch (Killed e) {
      return false;
    }
  }

  private static void isRefusedUntilFinished(Path data) {
    JournalSettings settings = JournalSettings.of(cluster.config("n1"));
    String advice = "./flotilla recover --yes --data " + data;
    assertThatThrownBy(() -> Identity.of(settings)).hasMessageContaining(advice);
    assertThatThrownBy(() -> DataDirectory.contents(data)).hasMessageContaining(advice);
    assertThatThrownBy(() -> DataDirectory.acceptLoss(data)).hasMessageContaining(advice);
  }

  private static void isRecovered(Path data, Identity before, String state) throws IOException {
    Survivor now = new Survivor(data);
    assertThat(now.isWholeGroup()).isTrue();
    assertThat(now.loss()).isNull();
    assertThat(now.identity().peerId()).isNotEqualTo(before.peerId());
    assertThat(now.identity().groupId()).isNotEqualTo(before.groupId());
    assertThat(entities(now)).isEqualTo(state);
    Path aside = new DiskRecovery(data, () -> {}).aside(now.identity());
    assertThat(entities(new Survivor(aside))).as("kept").isEqualTo(state);
  }

  private static String entities(Survivor disk) throws IOException {
    return StateFormat.digest(new LogState(disk.state().entities(), Roster.EMPTY));
  }

  // ---- files

  private static boolean hasStateFile(String id) throws IOException {
    try (Stream<Path> files = Files.walk(cluster.data(id))) {
      return files.anyMatch(f -> f.getFileName().toString().matches("snapshot\\.\\d+_\\d+\\.md5"));
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (!Files.isDirectory(target)) {
          Files.copy(file, target);
        }
      }
    }
  }
}
