package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose votes count, and come in time. */
class VoteTest {
  /** An election that nobody answers lasts this long. */
  private static final Duration ELECTION = Duration.ofSeconds(20);

  private static final Config LONG_ELECTIONS =
      ConfigFactory.parseString(
          "flotilla.journal { election-timeout-min = 20s, election-timeout-max = 25s }");

  @TempDir Path directory;

  /** As of a member that was slow when the group was new, and is needed soon after. */
  @Test
  void a_member_whose_log_is_still_empty_has_a_vote() throws Exception {
    try (LinkedRaft raft = new LinkedRaft(directory, ConfigFactory.empty(), "n3")) {
      raft.write();
      String leader = raft.leader();
      raft.stop(raft.others(leader, "n3").findFirst().orElseThrow());
      Awaitility.await().until(() -> !raft.node(leader).division().getInfo().isLeader());
      assertThat(RaftView.of(raft.node("n3")).end()).isEqualTo(RaftView.End.UNKNOWN);

      raft.heal(leader, "n3");

      assertThat(raft.leader()).isEqualTo(leader);
    }
  }

  @Test
  void a_candidate_votes_for_another_one_at_once_although_nobody_answers_it() throws Exception {
    try (LinkedRaft raft = new LinkedRaft(directory, LONG_ELECTIONS)) {
      String leader = raft.leader();
      List<String> followers = raft.others(leader).toList();
      String candidate = followers.get(0);
      raft.awaitApplied(candidate, raft.write());
      for (String other : raft.others(candidate).toList()) { // it has connections, which are dead
        assertThatThrownBy(() -> raft.ask(candidate, other))
            .hasMessageContaining("GroupMismatchException");
        raft.link(candidate, other).cut();
      }
      long term = raft.node(candidate).term();
      assertThat(RaftView.of(raft.node(candidate)).stand(raft.node(leader).peerId())).isTrue();
      assertThat(raft.node(candidate).term()).isEqualTo(term + 1);

      long began = System.nanoTime();
      assertThat(raft.vote(candidate, followers.get(1), term + 2).getServerReply().getSuccess())
          .isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ELECTION.dividedBy(2));
    }
  }
}
