package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks of a group of three that have lost what they acknowledged. */
class DamagedMemberTest {
  private static final Duration PATIENCE = TestPatience.PATIENCE;

  @TempDir Path directory;
  private LogCluster cluster;
  private long highest;

  @BeforeEach
  void start() {
    cluster = LogCluster.formed(directory, ConfigFactory.empty());
  }

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.halts).isEmpty();
  }

  private void write(String node, int events) {
    ReplicatedLog log = cluster.log(node);
    long epoch = await(log.claim("a", true)).epoch();
    for (int i = 0; i < events; i++) {
      await(log.write(ReplicatedLogTest.append("a", epoch, ++highest, "event"), "a"));
    }
  }

  @Test
  void no_acknowledgement_leaves_before_it_is_in_the_mark() throws IOException {
    ReplicatedLog leader = cluster.log(cluster.leader());
    long epoch = await(leader.claim("a", true)).epoch();
    for (int i = 1; i <= 50; i++) {
      await(leader.write(ReplicatedLogTest.append("a", epoch, i, "event"), "a"));
      long acknowledged = leader.node().machine().state().entity("a").events().highest();
      assertThat(acknowledged).isEqualTo(i);
      long index = leader.status().lastApplied();
      assertThat(mark(cluster.leader()).index()).isGreaterThanOrEqualTo(index);
      int having = 0;
      for (String id : cluster.ids()) {
        having += mark(id).index() >= index ? 1 : 0;
      }
      assertThat(having).as("disks whose mark has entry " + index).isGreaterThanOrEqualTo(2);
    }
    // A leader has the votes of a majority, its own among them.
    long term = leader.status().term();
    int votes = 0;
    for (String id : cluster.ids()) {
      Mark.Promise p = mark(id);
      votes += p.term() == term && p.votedFor().equals(leader.status().peerId()) ? 1 : 0;
    }
    assertThat(votes).isGreaterThanOrEqualTo(2);
  }

  private Mark.Promise mark(String id) throws IOException {
    try (Mark mark = new Mark(cluster.data(id))) {
      return mark.load(cluster.log(id).status().peerId());
    }
  }

  @Test
  void a_member_that_lost_entries_is_filled_by_the_others() throws IOException {
    List<Damage> damages =
        List.of(
            data -> cut(lastSegment(data), 20),
            data -> Files.delete(lastSegment(data)),
            data -> delete(data.resolve("raft")),
            data -> Files.delete(data.resolve("mark")));
    for (Damage damage : damages) {
      String victim = cluster.follower();
      write(cluster.leader(), 20);
      Awaitility.await().atMost(PATIENCE).until(() -> has(victim, highest));
      String old = cluster.log(victim).status().peerId();
      cluster.stop(victim);
      damage.to(cluster.data(victim));
      cluster.restart(victim);
      assertThat(cluster.log(victim).status().peers())
          .extracting(LogStatus.Peer::peerId)
          .hasSize(3)
          .contains(cluster.log(victim).status().peerId())
          .doesNotContain(old);
      write(cluster.leader(), 1);
      Awaitility.await().atMost(PATIENCE).until(() -> has(victim, highest));
      Map<String, String> digests = await(cluster.log(victim).digests());
      assertThat(digests.values().stream().distinct()).hasSize(1);
      assertThat(cluster.data(victim).resolve("damaged")).exists();
      assertThat(cluster.log(victim).waitingFor()).isEmpty();
    }
  }

  private interface Damage {
    void to(Path data) throws IOException;
  }

  @Test
  void without_a_majority_to_fill_it_it_neither_votes_nor_serves_until_the_loss_is_accepted()
      throws IOException {
    write("n1", 30);
    for (String id : cluster.ids()) {
      Awaitility.await().atMost(PATIENCE).until(() -> has(id, highest));
    }
    List.of("n1", "n2", "n3").forEach(cluster::stop);
    for (String id : List.of("n1", "n2")) {
      cut(lastSegment(cluster.data(id)), 20);
    }
    List<CompletionStage<?>> starting =
        List.of(cluster.start("n1"), cluster.start("n2"), cluster.start("n3"));
    for (String id : List.of("n1", "n2")) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> cluster.log(id).status().role().equals("DAMAGED"));
      assertThat(cluster.log(id).waitingFor().orElseThrow())
          .contains("neither votes nor serves")
          .contains("./flotilla accept-loss " + cluster.data(id));
    }
    // It asks for votes, again and again, and gets none: elections are due after a second at most.
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> cluster.log("n3").leaderContactMillis() > 5_000);
    assertThat(starting).noneMatch(s -> s.toCompletableFuture().isDone());
    assertThat(cluster.log("n3").leaderNodeId()).isNull();

    cluster.stop("n1");
    DataDirectory.Accepted accepted = DataDirectory.acceptLoss(cluster.data("n1"));
    assertThat(accepted.lost()).contains("but it had acknowledged up to");
    assertThat(accepted.end()).isLessThan(accepted.acknowledged());
    cluster.restart("n1");
    // n3 has everything, so nothing is lost, and with a majority n2 is filled.
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(highest);
    await(starting.get(1));
    Awaitility.await().atMost(PATIENCE).until(() -> has("n2", highest));
  }

  @Test
  void when_all_disks_are_lost_no_new_cluster_is_formed_unless_that_is_said() throws IOException {
    write("n1", 5);
    for (String id : List.of("n1", "n2", "n3")) {
      cluster.stop(id);
      cluster.wipe(id);
    }
    List.of("n1", "n2", "n3").forEach(cluster::start);
    for (String id : cluster.ids()) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster
                      .log(id)
                      .waitingFor()
                      .filter(w -> w.contains("2 of 2 others answer, none has it"))
                      .isPresent());
      assertThat(cluster.log(id).waitingFor().orElseThrow())
          .contains("is empty")
          .contains("--bootstrap");
      assertThat(cluster.log(id).status().role()).isEqualTo("NONE");
    }
    List.of("n1", "n2", "n3").forEach(cluster::stop);
    cluster.isNew();
    cluster.startAll();
    assertThat(await(cluster.log("n2").claim("a", true)).events().highest()).isZero();
  }

  @Test
  void a_first_start_that_was_interrupted_is_taken_up_again() throws IOException {
    Map<String, Identity> identities = new java.util.TreeMap<>();
    for (String id : List.of("n1", "n2", "n3")) {
      cluster.stop(id);
      identities.put(id, Identity.in(cluster.data(id)));
    }
    // Only the first had got as far as forming it; the others have nothing but an identity.
    for (String id : List.of("n2", "n3")) {
      cluster.wipe(id);
      Files.createDirectory(cluster.data(id));
      identities.get(id).with(Identity.Group.NONE, List.of()).write(cluster.data(id));
    }
    cluster.startAll();
    write("n3", 5);
    assertThat(cluster.log("n2").status().peers())
        .extracting(LogStatus.Peer::peerId)
        .containsExactlyInAnyOrderElementsOf(
            identities.values().stream().map(Identity::peerId).toList());
  }

  @Test
  void being_told_to_form_a_cluster_where_there_is_one_changes_nothing() throws IOException {
    write("n1", 5);
    cluster.isNew();
    // The first seed is the one that would.
    cluster.stop("n1");
    cluster.wipe("n1");
    cluster.restart("n1");
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(5);
    cluster.stop("n1");
    cluster.restart("n1");
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(5);
  }

  private boolean has(String id, long event) {
    return cluster.log(id).local("a").events().highest() == event;
  }

  /** The end of the log. It need not be open: a later term begins another with its first entry. */
  static Path lastSegment(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("raft"))) {
      List<LogSegmentFile> segments = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        LogSegmentFile.read(file).filter(s -> s.last() >= s.first()).ifPresent(segments::add);
      }
      return segments.stream()
          .max(Comparator.comparingLong(LogSegmentFile::first))
          .orElseThrow()
          .path();
    }
  }

  /** Cuts bytes off the end of the used part. */
  private static void cut(Path file, int bytes) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int used = content.length;
    while (content[used - 1] == 0) {
      used--;
    }
    Files.write(file, Arrays.copyOf(content, used - bytes));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
