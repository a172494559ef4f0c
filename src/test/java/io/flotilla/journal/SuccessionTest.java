package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.journal.RaftView.End;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuccessionTest {
  private static final End OWN = new End(3, 70);

  @TempDir Path directory;

  // ---- who stands

  private static boolean stands(String self, End own, Map<String, End> others) {
    return Succession.isFirst(self, own, others);
  }

  @Test
  void of_equal_logs_that_of_the_first_peer_stands_and_no_other() {
    assertThat(stands("a", OWN, Map.of("b", OWN, "c", OWN, "d", OWN))).isTrue();
    assertThat(stands("b", OWN, Map.of("a", OWN, "c", OWN, "d", OWN))).isFalse();
    assertThat(stands("d", OWN, Map.of("a", OWN, "b", OWN, "c", OWN))).isFalse();
  }

  @Test
  void who_has_a_shorter_log_does_not_stand() {
    assertThat(stands("a", OWN, Map.of("b", new End(3, 71), "c", OWN))).isFalse();
    assertThat(stands("a", OWN, Map.of("b", new End(4, 1), "c", OWN))).isFalse();
    assertThat(stands("a", End.UNKNOWN, Map.of("b", OWN, "c", OWN))).isFalse();
  }

  @Test
  void who_has_the_longest_log_stands() {
    Map<String, End> others = Map.of("a", new End(3, 69), "b", new End(2, 99), "c", End.UNKNOWN);
    assertThat(stands("d", OWN, others)).isTrue();
  }

  @Test
  void who_does_not_answer_is_not_waited_for() {
    assertThat(stands("b", OWN, Map.of("c", OWN, "d", OWN))).isTrue();
    assertThat(stands("c", OWN, Map.of("b", OWN, "d", OWN))).isFalse();
  }

  @Test
  void nobody_stands_who_can_not_be_elected() {
    List<Set<String>> five = List.of(Set.of("a", "b", "c", "d", "l"));
    assertThat(Succession.isMajority("a", Set.of("b"), five)).isFalse();
    assertThat(Succession.isMajority("a", Set.of("b", "c"), five)).isTrue();
    // While the members change, a majority of either set is needed.
    List<Set<String>> both = List.of(Set.of("a", "b", "l"), Set.of("a", "x", "l"));
    assertThat(Succession.isMajority("a", Set.of("b"), both)).isFalse();
    assertThat(Succession.isMajority("a", Set.of("b", "x"), both)).isTrue();
  }

  // ---- in a group

  /** Without it, nobody would stand for this long. */
  private static final Duration TIME_OUT = Duration.ofSeconds(50);

  private LogCluster patient() {
    LogCluster cluster = new LogCluster(directory, 3, "flotilla", LogCluster.PATIENT);
    cluster.startAll();
    return cluster;
  }

  private static RaftView view(LogCluster cluster, String id) {
    return RaftView.of(cluster.log(id).node());
  }

  @Test
  void when_a_leader_is_gone_another_leads_without_the_time_out() throws IOException {
    try (LogCluster cluster = patient()) {
      RaftNode old = cluster.log(cluster.leader()).node();
      List<ReplicatedLog> others =
          cluster.ids().stream().map(cluster::log).filter(log -> log.node() != old).toList();
      long term = old.term();
      old.close(); // as if its process had died: it hands over nothing
      long began = System.nanoTime();
      others.forEach(log -> log.peers().leaderGone(old.peerId()));
      Awaitility.await().until(() -> others.stream().anyMatch(log -> log.peers().leads()));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIME_OUT);
      ReplicatedLog leader = others.stream().filter(log -> log.peers().leads()).findFirst().get();
      assertThat(leader.node().term()).isGreaterThan(term);
      assertThat(leader.peers().silences()).containsKey(old.peerId()).hasSize(2);
      await(leader.claim("a", true));
    }
  }

  @Test
  void if_the_leader_lives_there_is_an_election_and_nothing_else() {
    try (LogCluster cluster = patient()) {
      ReplicatedLog follower = cluster.log(cluster.follower());
      ReplicatedLog leader = cluster.log(cluster.leader());
      long epoch = await(leader.claim("a", true)).epoch();
      List<RaftView> views = cluster.ids().stream().map(id -> view(cluster, id)).toList();
      Awaitility.await().until(() -> views.stream().map(RaftView::end).distinct().count() == 1);
      long term = follower.node().term();
      follower.peers().leaderGone(follower.node().peerId());
      follower.peers().leaderGone("n7-00000000");
      leader.peers().leaderGone(leader.node().peerId());
      assertThat(follower.node().term()).as("none of these leads, or can tell").isEqualTo(term);
      follower.peers().leaderGone(leader.node().peerId());
      Awaitility.await().until(() -> follower.node().term() > term);
      await(leader.write(ReplicatedLogTest.append("a", epoch, 1, "x"), "a"));
      assertThat(cluster.halts).isEmpty();
    }
  }
}
