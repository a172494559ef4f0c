package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.flotilla.wire.Restored;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that takes the place of what a running group has. */
class RestoresTest {
  private static final List<String> KINDS = List.of("KeySpace|", "Catalog|");
  private static final long ROOM = 1L << 30;
  private static final String LARGE = "x".repeat(300_000);

  @TempDir Path directory;
  private LogCluster cluster;
  private Path backup;
  private long epoch;

  /** What was saved is followed by more, under a later claim. */
  @BeforeEach
  void fill() throws IOException {
    cluster =
        new LogCluster(
            directory,
            3,
            "flotilla",
            ConfigFactory.parseString(
                "flotilla.journal.checkpoint.bytes = 1MiB, flotilla.journal.chunk-bytes = 64KiB"));
    cluster.startAll();
    cluster.isFormed();
    ReplicatedLog log = cluster.log("n1");
    cluster.ids().forEach(id -> await(log.seats().enter(life(id))));
    Awaitility.await()
        .until(() -> cluster.ids().stream().allMatch(id -> cluster.log(id).protocol() > 3));
    long first = claim(log, "KeySpace|a");
    append(log, "KeySpace|a", first, 1, "gone", "before");
    await(log.snapshots().saveBeside("KeySpace|a", first, 2, 5, "snapshot-" + LARGE));
    append(log, "KeySpace|a", first, 3, "after", LARGE, LARGE);
    append(log, "Catalog|b", claim(log, "Catalog|b"), 1, "one");
    await(log.mark("HasSessions|a"));
    append(log, "Coordinator", claim(log, "Coordinator"), 1, "old");
    backup = directory.resolve("a.snap");
    store(await(log.backup(false, 7)), backup);

    epoch = claim(log, "KeySpace|a");
    append(log, "KeySpace|a", epoch, 6, "later");
    append(log, "KeySpace|late", claim(log, "KeySpace|late"), 1, "x");
    append(log, "Coordinator", claim(log, "Coordinator"), 2, "new");
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  /** By its seat a node says which version it is. */
  private Roster.Occupant life(String id) {
    String peer = cluster.log(id).status().peerId();
    int uid = id.hashCode();
    return new Roster.Occupant(id, peer, uid, "127.0.0.1", 1, 2, "127.0.0.1:3", Roster.PROTOCOL);
  }

  private static long claim(ReplicatedLog log, String id) {
    return await(log.claim(id, true)).epoch();
  }

  private static void append(
      ReplicatedLog log, String id, long epoch, long first, String... events) {
    await(log.write(ReplicatedLogTest.append(id, epoch, first, events), id));
  }

  private static void store(Backups.Copy copy, Path file) throws IOException {
    try (InputStream in = copy.bytes()) {
      Files.copy(in, file);
    }
  }

  /** The last event is the log's own, and isn't among these. */
  private List<String> events(String node, String id) {
    EventRun run = cluster.log(node).local(id).events();
    List<String> all = new ArrayList<>();
    for (long nr = run.first(); nr < run.highest(); nr++) {
      all.add(new String(run.get(nr), StandardCharsets.UTF_8));
    }
    return all;
  }

  private void isRestored(String node, long index) {
    assertThat(events(node, "KeySpace|a")).containsExactly("after", LARGE, LARGE);
    assertThat(events(node, "Catalog|b")).containsExactly("one");
    assertThat(events(node, "KeySpace|late")).isEmpty();
    EntityLog a = cluster.log(node).local("KeySpace|a");
    assertThat(a.snapshots()).hasSize(1);
    assertThat(a.snapshots().get(0).sequenceNr()).isEqualTo(a.events().deletedTo());
    for (String id : List.of("KeySpace|a", "Catalog|b", "KeySpace|late")) {
      EventRun run = cluster.log(node).local(id).events();
      byte[] last = EventEnvelope.encode(new Restored(index));
      assertThat(run.get(run.highest())).as(id).isEqualTo(last);
    }
    byte[] own = cluster.log(node).local("Coordinator").events().get(2);
    assertThat(own).as("the group's own goes on").asString().isEqualTo("new");
    assertThat(cluster.log(node).isClaimed("HasSessions|a")).isTrue();
    assertThat(staged(node)).isEmpty();
  }

  private List<String> staged(String node) {
    return cluster.log(node).claimed("restore|");
  }

  private void areAlike() {
    Awaitility.await()
        .until(() -> await(cluster.log(cluster.leader()).digests()).size() == cluster.ids().size());
    Set<String> digests = new HashSet<>(await(cluster.log(cluster.leader()).digests()).values());
    assertThat(digests).hasSize(1);
  }

  @Test
  void all_members_have_it_at_once_and_nobody_of_before_goes_on() {
    ReplicatedLog log = cluster.log(cluster.follower());
    long index = await(log.restore(backup, KINDS, ROOM));
    await(log.catchUp());
    cluster.ids().forEach(node -> await(cluster.log(node).catchUp()));
    cluster.ids().forEach(node -> isRestored(node, index));
    areAlike();

    assertThat(log.isReplaced("KeySpace|a", epoch)).isTrue();
    assertThatThrownBy(() -> append(log, "KeySpace|a", epoch, 7, "too late"))
        .isInstanceOf(FencedException.class);
    assertThatThrownBy(() -> await(log.confirmWriter("KeySpace|a", epoch)))
        .isInstanceOf(FencedException.class);
    EntityLog again = await(log.claim("KeySpace|a", true));
    assertThat(again.epoch()).isGreaterThan(index);
    assertThat(log.isReplaced("KeySpace|a", epoch)).as("there is another").isFalse();
    append(log, "KeySpace|a", again.epoch(), again.events().highest() + 1, "goes on");

    EventRun b = log.local("Catalog|b").events();
    assertThat(b.first()).as("one number is left out").isEqualTo(3);
  }

  @Test
  void it_is_the_same_after_a_restart_and_can_be_restored_again() {
    ReplicatedLog log = cluster.log("n2");
    await(log.restore(backup, KINDS, ROOM));
    long index = await(log.restore(backup, KINDS, ROOM));
    fillUntilCheckpoint(log);
    cluster.stopAll();
    List<CompletionStage<?>> starting = new ArrayList<>();
    List.of("n1", "n2", "n3").forEach(id -> starting.add(cluster.start(id)));
    starting.forEach(LogCluster::await);
    cluster.ids().forEach(node -> await(cluster.log(node).catchUp()));
    cluster.ids().forEach(node -> isRestored(node, index));
    areAlike();
  }

  /** What is restored is left in the state file, under the ids that it has now. */
  private void fillUntilCheckpoint(ReplicatedLog log) {
    long fills = claim(log, "Fill|a");
    for (int nr = 1; !log.local("KeySpace|a").events().hasCold(); nr++) {
      append(log, "Fill|a", fills, nr, LARGE);
    }
    assertThat(events("n2", "KeySpace|a")).containsExactly("after", LARGE, LARGE);
  }

  @Test
  void the_leader_may_end_in_the_middle() {
    String leader = cluster.leader();
    ReplicatedLog log = cluster.log(cluster.follower());
    CompletionStage<Long> restoring = log.restore(backup, KINDS, ROOM);
    Awaitility.await().until(() -> !log.claimed("restore").isEmpty());
    cluster.stop(leader);
    long index = await(restoring);
    cluster.restart(leader);
    cluster.ids().forEach(node -> await(cluster.log(node).catchUp()));
    cluster.ids().forEach(node -> isRestored(node, index));
    areAlike();
  }

  @Test
  void what_is_refused_changes_nothing() throws IOException {
    ReplicatedLog log = cluster.log("n1");
    byte[] bytes = Files.readAllBytes(backup);
    bytes[bytes.length / 2] ^= 1;
    Path bad = Files.write(directory.resolve("bad.snap"), bytes);
    assertThatThrownBy(() -> await(log.restore(bad, KINDS, ROOM)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> await(log.restore(backup, KINDS, 1000)))
        .isInstanceOf(OverloadException.class)
        .hasMessageContaining("there is room for 1000");
    await(log.catchUp());
    assertThat(log.claimed("restore")).isEmpty();
    assertThat(log.local("KeySpace|a").events().highest()).isEqualTo(6);
  }

  @Test
  void of_two_at_once_at_most_one_is_done_and_nothing_is_left() {
    CompletionStage<Long> one = cluster.log("n1").restore(backup, KINDS, ROOM);
    CompletionStage<Long> other = cluster.log("n2").restore(backup, KINDS, ROOM);
    List<Long> done = new ArrayList<>();
    List<Throwable> refused = new ArrayList<>();
    for (CompletionStage<Long> each : List.of(one, other)) {
      try {
        done.add(await(each));
      } catch (ChangeRefusedException e) {
        refused.add(e);
      }
    }
    assertThat(refused).allMatch(e -> e.getMessage().contains("another restore has begun"));
    assertThat(done.size() + refused.size()).isEqualTo(2);
    Awaitility.await().until(() -> staged("n3").isEmpty());
    areAlike();
    if (!done.isEmpty()) {
      assertThat(events("n1", "KeySpace|a")).containsExactly("after", LARGE, LARGE);
    }
  }

  @Test
  void a_backup_has_nothing_of_a_restore() throws IOException {
    ReplicatedLog log = cluster.log("n1");
    long index = await(log.restore(backup, KINDS, ROOM));
    assertThat(index).isPositive();
    Path second = directory.resolve("b.snap");
    store(await(log.backup(false, 8)), second);
    try (Backup open = Backup.open(second)) {
      assertThat(open.state().entities().keySet())
          .containsExactlyInAnyOrder(
              "KeySpace|a", "KeySpace|late", "Catalog|b", "HasSessions|a", "Coordinator");
    }
  }
}
