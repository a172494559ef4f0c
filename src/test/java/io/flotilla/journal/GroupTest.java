package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorSystem;
import akka.testkit.javadsl.TestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.async.Futures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a group of three goes through. */
class GroupTest {
  private static final Config SMALL =
      ConfigFactory.parseString("flotilla.journal.checkpoint.bytes = 1MiB");

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  @TempDir Path directory;
  private LogCluster cluster;

  @BeforeEach
  void start() {
    cluster = LogCluster.formed(directory, SMALL);
  }

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.halts).isEmpty();
  }

  @Test
  void writes_under_way_survive_the_loss_of_the_leader() {
    ReplicatedLog log = cluster.log(cluster.follower());
    long epoch = await(log.claim("a", true)).epoch();
    AtomicLong written = new AtomicLong();
    AtomicLong longest = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              while (!stop.get()) {
                long begin = System.nanoTime();
                await(log.write(ReplicatedLogTest.append("a", epoch, written.get() + 1, "x"), "a"));
                longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                written.incrementAndGet();
              }
            });
    Awaitility.await().until(() -> written.get() > 20);
    cluster.stop(cluster.leader());
    long then = written.get();
    Awaitility.await().until(() -> written.get() > then + 20);
    stop.set(true);
    writer.join();
    assertThat(await(log.claim("a", true)).events().highest()).isEqualTo(written.get());
    System.out.println("longest write over a lost leader: " + longest.get() / 1_000_000 + " ms");
  }

  @Test
  void an_old_writer_can_not_slip_in_behind_a_new_one() {
    ReplicatedLog old = cluster.log("n1");
    ReplicatedLog successor = cluster.log("n2");
    // Many at once: a claim waits for a heartbeat to learn that it is committed.
    List<CompletableFuture<Void>> attempts =
        IntStream.range(0, 20)
            .mapToObj(
                i -> CompletableFuture.runAsync(() -> slipIn("a" + i, old, successor), THREADS))
            .toList();
    attempts.forEach(LogCluster::await);
  }

  private static void slipIn(String id, ReplicatedLog old, ReplicatedLog successor) {
    long oldEpoch = await(old.claim(id, true)).epoch();
    // Both under way at once: whatever the order, the claimed copy is what the log has from then
    // on.
    CompletableFuture<?> append = old.write(ReplicatedLogTest.append(id, oldEpoch, 1, "late"), id);
    EntityLog claimed = await(successor.claim(id, true));
    boolean in = claimed.events().highest() == 1;
    Throwable failure =
        await(append.handle((ok, thrown) -> thrown == null ? null : Futures.unwrap(thrown)));
    if (failure == null) {
      assertThat(in).isTrue();
    } else if (failure instanceof FencedException) {
      assertThat(in).isFalse();
    } else {
      // It had to be sent twice, for instance because the lead was lost meanwhile.
      assertThat(failure).isInstanceOf(OutcomeUnknownException.class);
    }
    long next = claimed.events().highest() + 1;
    await(successor.write(ReplicatedLogTest.append(id, claimed.epoch(), next, "new"), id));
    await(successor.write(new Command.DeleteTo(id, claimed.epoch(), next), id));
    EntityLog restarted = await(old.claim(id, true));
    assertThat(restarted.epoch()).isGreaterThan(claimed.epoch());
    assertThat(restarted.events().highest()).isEqualTo(next);
  }

  @Test
  void a_lost_disk_comes_back_as_a_new_member_and_is_filled() throws IOException {
    loseDisk(cluster.follower(), 300, 500, false);
  }

  @Test
  void a_leaders_lost_disk_is_filled_by_a_state_file_once_the_log_is_compacted()
      throws IOException {
    loseDisk(cluster.leader(), 90, 300_000, true);
  }

  private void loseDisk(String victim, int entries, int size, boolean compacted)
      throws IOException {
    String writer = cluster.ids().stream().filter(id -> !id.equals(victim)).findFirst().get();
    long epoch = await(cluster.log(writer).claim("a", true)).epoch();
    await(cluster.log(writer).seats().enter(RosterTest.life(writer, 7)));
    String event = "x".repeat(size);
    long highest = 0;
    while (highest < entries) {
      await(cluster.log(writer).write(ReplicatedLogTest.append("a", epoch, ++highest, event), "a"));
    }
    // With its beginning purged, the log can't fill an empty disk: that takes a state file.
    assertThat(cluster.log(writer).node().division().getRaftLog().getStartIndex() > 0)
        .isEqualTo(compacted);
    String oldPeer = cluster.log(victim).status().peerId();
    cluster.stop(victim);
    cluster.wipe(victim);
    cluster.restart(victim);
    String newPeer = cluster.log(victim).status().peerId();
    assertThat(newPeer).isNotEqualTo(oldPeer).startsWith(victim + "-");
    assertThat(cluster.log(victim).status().peers())
        .extracting(LogStatus.Peer::peerId)
        .hasSize(3)
        .contains(newPeer)
        .doesNotContain(oldPeer);
    long all = highest;
    Awaitility.await().until(() -> cluster.log(victim).local("a").events().highest() == all);
    List<Roster> told = new CopyOnWriteArrayList<>();
    cluster.log(victim).seats().onRoster(told::add);
    Awaitility.await().until(() -> told.stream().anyMatch(roster -> roster.isFounder(7)));
    Map<String, String> digests = await(cluster.log(victim).digests());
    assertThat(digests).hasSize(3);
    assertThat(digests.values()).containsOnly(digests.get(victim));
    // It is a voter like any other: the group carries on with it and without another.
    cluster.stop(writer);
    await(cluster.log(victim).claim("a", true));
  }

  @Test
  void without_a_majority_nothing_is_confirmed_or_written_and_the_outcome_is_said() {
    String leader = cluster.leader();
    ReplicatedLog log = cluster.log(leader);
    long epoch = await(log.claim("a", true)).epoch();
    for (String id : cluster.ids()) {
      if (!id.equals(leader)) {
        cluster.stop(id);
      }
    }
    CompletionStage<?> write = log.write(ReplicatedLogTest.append("a", epoch, 1, "x"), "a");
    CompletionStage<?> read = log.confirmWriter("a", epoch);
    cluster.passes(log.settings().deadline());
    assertThatThrownBy(() -> await(write))
        .isInstanceOfAny(OutcomeUnknownException.class, NoQuorumException.class);
    assertThatThrownBy(() -> await(read)).isInstanceOf(NoQuorumException.class);
    theFormerLeaderKnowsOfNoneForLongerAndLonger(log);
  }

  /** Long enough for several elections that it can't win. */
  private static void theFormerLeaderKnowsOfNoneForLongerAndLonger(ReplicatedLog log) {
    Awaitility.await().until(() -> log.leaderNodeId() == null);
    long begin = log.leaderContactMillis();
    AtomicLong last = new AtomicLong(begin);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              assertThat(log.leaderNodeId()).isNull();
              long now = log.leaderContactMillis();
              assertThat(now).isGreaterThanOrEqualTo(last.getAndSet(now));
              return now - begin > 3_000;
            });
  }

  @Test
  void each_says_which_version_it_is() {
    ActorSystem system = cluster.system("n2");
    PeerMessage.IAm before = introduced(system);
    assertThat(before.node()).isEqualTo("n2");
    assertThat(before.protocol()).isEqualTo(Roster.PROTOCOL);
    assertThat(before.generation()).isZero();
  }

  private static PeerMessage.IAm introduced(ActorSystem system) {
    TestKit asker = new TestKit(system);
    system
        .actorSelection("/system/flotilla-log")
        .tell(new PeerMessage.WhoAreYou(1), asker.getRef());
    return asker.expectMsgClass(TestPatience.PATIENCE, PeerMessage.IAm.class);
  }

  @Test
  void everything_is_there_after_all_were_stopped() {
    ReplicatedLog log = cluster.log("n3");
    long epoch = await(log.claim("a", true)).epoch();
    await(log.write(ReplicatedLogTest.append("a", epoch, 1, "x", "y"), "a"));
    for (String id : cluster.ids()) {
      cluster.stop(id);
    }
    cluster.startAll();
    assertThat(await(cluster.log("n1").claim("a", true)).events().highest()).isEqualTo(2);
  }
}
