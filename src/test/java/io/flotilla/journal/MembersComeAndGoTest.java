package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.testkit.javadsl.TestKit;
import io.flotilla.TestPatience;
import io.flotilla.journal.ChangeRefusedException.Reason;
import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that begins with one member, and others that join and leave it. */
class MembersComeAndGoTest {
  @TempDir Path directory;
  private LogCluster cluster;

  @BeforeEach
  void start() {
    cluster = LogCluster.growing(directory);
  }

  @AfterEach
  void close() {
    cluster.close();
    assertThat(cluster.halts).isEmpty();
  }

  private Group group() {
    return cluster.log(cluster.leader()).group();
  }

  private void growTo(String... ids) {
    for (String id : ids) {
      await(cluster.join(id, "n1"));
      await(cluster.log(id).group().promote(id));
    }
  }

  private void remove(String id) {
    await(group().remove(id));
    cluster.awaitRemoved(id);
  }

  private List<String> voters() {
    return await(group().view()).servers().stream()
        .filter(Group.Server::voter)
        .map(Group.Server::node)
        .sorted()
        .toList();
  }

  private static void assertRefused(CompletionStage<?> stage, Reason reason, String... texts) {
    assertThatThrownBy(() -> await(stage))
        .hasMessageContainingAll(texts)
        .asInstanceOf(InstanceOfAssertFactories.type(ChangeRefusedException.class))
        .extracting(ChangeRefusedException::reason)
        .isEqualTo(reason);
  }

  @Test
  void one_becomes_three_becomes_five_becomes_three_while_it_is_written_to() {
    try (Writer writer = new Writer()) {
      growTo("n2", "n3");
      writer.goesOn();
      await(cluster.join("n4", cluster.follower()));
      await(cluster.join("n5", "n4"));
      assertThat(voters()).containsExactly("n1", "n2", "n3", "n4", "n5");
      writer.goesOn();
      String leader = cluster.leader();
      String follower = cluster.follower();
      remove(leader);
      writer.goesOn();
      remove(follower);
      writer.goesOn();
      assertThat(voters()).hasSize(3).doesNotContain(leader, follower);
      for (String id : cluster.ids()) {
        assertThat(cluster.log(id).members()).extracting(Seed::id).isEqualTo(voters());
      }
    }
    Awaitility.await().until(() -> await(group().view()).servers().size() == 3);
    assertThat(await(cluster.log(cluster.follower()).digests()).keySet())
        .containsExactlyElementsOf(voters());
  }

  /** Writes through any member, as a client would: what isn't acknowledged is tried again. */
  private final class Writer implements AutoCloseable {
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final CompletableFuture<Void> run = CompletableFuture.runAsync(this::run);

    private void run() {
      for (int i = 0; !stop.get(); i++) {
        List<String> ids = cluster.ids();
        try {
          ReplicatedLog log = cluster.log(ids.get(i % ids.size()));
          if (log.leaderNodeId() != null && log.waitingFor().isEmpty()) {
            through(log);
          }
        } catch (NoQuorumException | OutcomeUnknownException | NullPointerException e) {
          // This node is ending or has ended, or the lead has changed: another one, then.
        }
      }
    }

    private void through(ReplicatedLog log) {
      EntityLog claimed = await(log.claim("a", true));
      long highest = claimed.events().highest();
      assertThat(highest).isGreaterThanOrEqualTo(acknowledged.get());
      for (int i = 1; i <= 10; i++) {
        await(log.write(ReplicatedLogTest.append("a", claimed.epoch(), highest + i, "x"), "a"));
        acknowledged.set(highest + i);
      }
    }

    void goesOn() {
      long before = acknowledged.get();
      Awaitility.await().until(() -> run.isDone() || acknowledged.get() > before + 50);
      assertThat(run).isNotDone();
    }

    @Override
    public void close() {
      stop.set(true);
      await(run);
      assertThat(await(cluster.log(cluster.leader()).claim("a", true)).events().highest())
          .isGreaterThanOrEqualTo(acknowledged.get());
    }
  }

  @Test
  void a_removal_that_would_leave_no_majority_is_refused_and_says_why() {
    assertRefused(group().remove("n1"), Reason.LEAVES_NO_QUORUM, "removing n1 would leave nobody");
    assertRefused(group().remove("n7"), Reason.UNKNOWN_MEMBER, "n7 is no member");
    growTo("n2", "n3");
    cluster.stop("n3");
    // It may have answered the leader a moment ago; that doesn't count.
    String other = cluster.follower();
    assertRefused(
        cluster.log(other).group().remove("n2"),
        Reason.LEAVES_NO_QUORUM,
        "removing n2 would leave 1 of 2 members running (n3 doesn't answer), which is no majority");
    assertThat(voters()).containsExactly("n1", "n2", "n3");
    await(cluster.log(other).group().remove("n3"));
    assertThat(voters()).containsExactly("n1", "n2");
    // Once more changes nothing.
    await(cluster.log(other).group().remove("n3"));
    remove("n2");
    assertThat(voters()).containsExactly("n1");
  }

  @Test
  void who_was_removed_while_it_was_down_says_so_and_ends_whenever_it_is_started() {
    growTo("n2", "n3");
    cluster.stop("n3");
    await(group().remove("n3"));
    cluster.start("n3");
    cluster.awaitRemoved("n3");
    remove("n2");
    // Also if nobody is there to tell.
    cluster.stop("n1");
    CompletionStage<?> again = cluster.start("n2");
    assertRefused(again, Reason.REMOVED, "n2 was removed from the cluster by an operator");
    cluster.awaitRemoved("n2");
    cluster.restart("n1");
    assertThat(voters()).containsExactly("n1");
  }

  @Test
  void who_was_removed_comes_back_with_an_empty_disk_if_it_is_told_to() throws IOException {
    growTo("n2");
    remove("n2");
    cluster.wipe("n2");
    await(cluster.join("n2", "n1"));
    assertThat(voters()).containsExactly("n1", "n2");
  }

  @Test
  void a_removal_is_finished_by_the_next_leader() throws IOException {
    growTo("n2", "n3", "n4"); // the three that remain need not wait for the one that crashed
    String leader = cluster.leader();
    try (Deaf deaf = new Deaf()) {
      // As long as this one is waited for, no other change can be made.
      deaf.asksToJoin(leader);
      Awaitility.await().until(() -> await(group().view()).servers().size() == 5);
      String victim = cluster.follower();
      await(cluster.log(leader).seats().remove(cluster.log(victim).status().peerId()));
      cluster.stop(leader);
      cluster.awaitRemoved(victim);
    }
    cluster.restart(leader);
    assertThat(voters()).hasSize(3);
  }

  @Test
  void one_that_ended_before_it_was_in_finds_the_leader_through_any_member() throws IOException {
    growTo("n2");
    String follower = cluster.follower();
    CompletionStage<?> joined;
    try (Deaf deaf = new Deaf()) {
      deaf.asksToJoin(cluster.leader());
      cluster.join("n3", follower);
      Awaitility.await()
          .until(
              () ->
                  cluster
                      .log("n3")
                      .waitingFor()
                      .filter(t -> t.contains("another change"))
                      .isPresent());
      cluster.stop("n3");
      joined = cluster.start("n3");
    }
    await(joined);
    assertThat(voters()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void a_disk_that_was_replaced_meanwhile_says_by_which() {
    growTo("n2", "n3");
    String victim = cluster.follower();
    cluster.stop(victim);
    LogCluster machine = cluster.sibling(directory.resolve("machine"));
    await(machine.joinThrough(victim, cluster.seed("n1")));
    cluster.start(victim);
    Awaitility.await().until(() -> !cluster.halts.isEmpty());
    assertThat(cluster.halts.get(0))
        .contains("A newer disk of " + victim)
        .contains(machine.seed(victim).raftAddress());
    cluster.halts.clear();
    machine.close();
  }

  @Test
  void one_that_can_not_be_caught_up_is_shown_but_no_voter() throws IOException {
    ReplicatedLog log = cluster.log("n1");
    try (Deaf deaf = new Deaf()) {
      deaf.asksToJoin("n1");
      Awaitility.await().until(() -> await(group().view()).servers().size() == 2);
      assertThat(await(group().view()).servers())
          .extracting(Group.Server::node, Group.Server::leader, Group.Server::voter)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("n1", true, true),
              org.assertj.core.groups.Tuple.tuple("n9", false, false));
      CompletionStage<?> promoted = group().promote("n9");
      await(log.claim("a", true));
      cluster.passes(log.settings().deadline());
      assertRefused(promoted, Reason.NOT_CAUGHT_UP, "n9 is being caught up");
    }
    Awaitility.await().until(() -> await(group().view()).servers().size() == 1);
    assertRefused(group().promote("n9"), Reason.UNKNOWN_MEMBER, "n9 is no member");
  }

  /** A newcomer whose Raft port takes connections but says nothing. */
  private final class Deaf implements AutoCloseable {
    private final ServerSocket raft;

    Deaf() throws IOException {
      raft = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    void asksToJoin(String leader) {
      Awaitility.await().until(() -> "it is being caught up".equals(answer(leader)));
    }

    private String answer(String leader) {
      TestKit asker = new TestKit(cluster.system(leader));
      Member self = new Member("n9-00000001", "127.0.0.1:" + raft.getLocalPort(), "127.0.0.1:1");
      cluster
          .system(leader)
          .actorSelection("/system/flotilla-log")
          .tell(new PeerMessage.Join(1, self, "flotilla", true), asker.getRef());
      return asker.expectMsgClass(TestPatience.PATIENCE, PeerMessage.JoinAnswer.class).problem();
    }

    @Override
    public void close() throws IOException {
      raft.close();
    }
  }

  @Test
  void a_second_node_with_the_id_of_a_running_one_is_kept_out_until_that_one_is_gone() {
    growTo("n2", "n3");
    String victim = cluster.follower();
    String peer = cluster.log(victim).status().peerId();
    LogCluster twin = cluster.sibling(directory.resolve("twin"));
    CompletionStage<?> joined = twin.joinThrough(victim, cluster.seed("n1"));
    Awaitility.await()
        .until(
            () ->
                twin.log(victim)
                    .waitingFor()
                    .filter(text -> text.contains("has the id " + victim + " already"))
                    .isPresent());
    assertThat(await(group().view()).servers())
        .extracting(Group.Server::peerId)
        .hasSize(3)
        .contains(peer);
    // The same machine would have lost its disk: this one takes its place, at its own address.
    cluster.stop(victim);
    await(joined);
    assertThat(await(group().view()).servers())
        .extracting(Group.Server::peerId)
        .hasSize(3)
        .contains(twin.log(victim).status().peerId())
        .doesNotContain(peer);
    assertThat(cluster.log(cluster.leader()).members()).contains(twin.seed(victim));
    twin.close();
  }

  @Test
  void a_node_that_waits_for_a_group_can_be_invited_and_one_of_another_can_not() {
    LogCluster other = LogCluster.growing(directory.resolve("other"));
    Seed stranger = other.seed("n1");
    assertRefused(
        group().invite(stranger.host(), stranger.clusterPort()),
        Reason.OTHER_CLUSTER,
        "belongs to another cluster");
    other.close();
    assertRefused(
        group().invite(stranger.host(), stranger.clusterPort()),
        Reason.NOT_REACHABLE,
        "no node answers");

    // Nobody listens where it was told to ask.
    CompletionStage<?> joined = cluster.joinThrough("n2", stranger);
    Seed waiting = cluster.seed("n2");
    Awaitility.await()
        .until(() -> cluster.log("n2").waitingFor().filter(t -> t.contains("Nobody")).isPresent());
    await(cluster.log("n1").group().invite(waiting.host(), waiting.clusterPort()));
    await(joined);
    await(group().invite(waiting.host(), waiting.clusterPort()));
    assertThat(voters()).containsExactly("n1", "n2");
  }

  @Test
  void the_lead_is_handed_over_to_whom_it_is_said() {
    growTo("n2", "n3");
    String follower = cluster.follower();
    await(cluster.log(follower).group().transferLead(follower));
    assertThat(cluster.leader()).isEqualTo(follower);
    await(cluster.log(follower).group().transferLead(""));
    assertThat(cluster.leader()).isNotEqualTo(follower);
    assertRefused(group().transferLead("n8"), Reason.UNKNOWN_MEMBER, "n8 is no member");
  }

  @Test
  void a_seat_that_a_removed_node_does_not_leave_is_taken() {
    growTo("n2");
    Roster.Occupant who =
        new Roster.Occupant(
            "n2", cluster.log("n2").status().peerId(), 7, "127.0.0.1", 1, 2, "127.0.0.1:3", 1);
    await(cluster.log("n1").seats().enter(who));
    remove("n2");
    assertThat(cluster.log("n1").seats().roster().seatOf(7)).isNotNull();
    Awaitility.await()
        .until(
            () -> {
              cluster.passes(Duration.ofSeconds(11));
              return cluster.log("n1").seats().roster().seatOf(7) == null;
            });
    assertThat(cluster.log("n1").seats().roster().goneOf(7).why()).isEqualTo(Roster.Why.REMOVED);
  }
}
