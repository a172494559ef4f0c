package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.journal.LeadCheck.Tally;
import io.flotilla.journal.LeadCheck.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Whether a leader finds out that there is a later one, in a group of three. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeadCheckTest {
  private static final Term UNKNOWN = Term.UNKNOWN;

  @TempDir static Path directory;
  private static LogCluster cluster;
  private RaftNode leader;
  private List<RaftNode> others;

  /** Questions for a member's term that a test has not answered yet. */
  private final Queue<CompletableFuture<Long>> asked = new ConcurrentLinkedQueue<>();

  private final LeadCheck held =
      new LeadCheck(
          peer -> {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
          });

  @BeforeAll
  static void start() {
    cluster = new LogCluster(directory, 3, "flotilla", LogCluster.HARDLY_ANY_ELECTIONS);
    cluster.startAll();
  }

  @BeforeEach
  void find() {
    String id = cluster.leader();
    leader = cluster.log(id).node();
    others =
        cluster.ids().stream().filter(o -> !o.equals(id)).map(o -> cluster.log(o).node()).toList();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  /** Requests the vote itself, like a candidate that was paused after its pre-vote. */
  private static boolean vote(RaftNode voter, RaftNode candidate, long term) throws IOException {
    RaftServer.Division division = voter.division();
    RaftRpcRequestProto header =
        RaftRpcRequestProto.newBuilder()
            .setRequestorId(RaftPeerId.valueOf(candidate.peerId()).toByteString())
            .setReplyId(RaftPeerId.valueOf(voter.peerId()).toByteString())
            .setRaftGroupId(
                RaftGroupIdProto.newBuilder()
                    .setId(division.getGroup().getGroupId().toByteString()))
            .build();
    return division
        .getRaftServer()
        .requestVote(
            RequestVoteRequestProto.newBuilder()
                .setServerRequest(header)
                .setCandidateTerm(term)
                .setCandidateLastEntry(
                    candidate.division().getRaftLog().getLastEntryTermIndex().toProto())
                .build())
        .getServerReply()
        .getSuccess();
  }

  /** Runs last, because it leaves the group without a leader. */
  @Test
  @Order(Integer.MAX_VALUE)
  void a_leader_whom_the_others_have_left_confirms_nothing_however_lately_it_heard_of_them()
      throws Exception {
    LeadCheck check = cluster.log(RaftNode.nodeOf(leader.peerId())).leadCheck();
    await(check.confirm(leader, UNKNOWN));
    long later = leader.term() + 10;
    assertThat(vote(others.get(0), others.get(1), later)).isTrue();
    assertThat(vote(others.get(1), others.get(0), later)).isTrue();
    // It may not know yet that a leader of a later term has written.
    assertThatThrownBy(() -> await(check.confirm(leader, UNKNOWN)))
        .isInstanceOf(NoQuorumException.class);
  }

  @Test
  void who_forwards_a_question_is_a_majority_with_the_leader() {
    String follower = others.get(0).peerId();
    await(held.confirm(leader, new Term(others.get(0).term(), follower)));
    assertThat(asked).isEmpty();

    // Neither a member in a later term nor one unknown to the group.
    List<CompletableFuture<Void>> open = new ArrayList<>();
    open.add(held.confirm(leader, new Term(leader.term() + 1, follower)));
    open.add(held.confirm(leader, new Term(leader.term(), follower + "-of-another-disk")));
    open.add(held.confirm(others.get(0), new Term(leader.term(), leader.peerId())));
    assertThat(open).noneMatch(q -> q.isDone() && !q.isCompletedExceptionally());
    assertThat(asked).hasSize(2);
  }

  @Test
  void a_round_answers_for_all_who_waited_when_it_began_and_for_nobody_later() {
    CompletableFuture<Void> first = held.confirm(leader, UNKNOWN);
    List<CompletableFuture<Void>> meanwhile = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      meanwhile.add(held.confirm(leader, UNKNOWN));
    }
    assertThat(asked).hasSize(2);
    asked.remove().complete(leader.term());
    await(first);
    asked.remove().complete(leader.term());
    assertThat(meanwhile).noneMatch(CompletableFuture::isDone);
    assertThat(asked).hasSize(2);
    asked.remove().complete(null);
    assertThat(meanwhile).noneMatch(CompletableFuture::isDone);
    asked.remove().complete(leader.term() - 1);
    meanwhile.forEach(LogCluster::await);
    assertThat(asked).isEmpty();
  }

  @Test
  void a_check_goes_on_after_a_round_that_failed() {
    CompletableFuture<Void> alone = held.confirm(leader, UNKNOWN);
    asked.remove().complete(null);
    asked.remove().completeExceptionally(new IllegalStateException("lost"));
    assertThatThrownBy(() -> await(alone)).isInstanceOf(NoQuorumException.class);
    CompletableFuture<Void> overtaken = held.confirm(leader, UNKNOWN);
    asked.remove().complete(leader.term() + 1);
    assertThatThrownBy(() -> await(overtaken)).isInstanceOf(NoQuorumException.class);
    asked.clear();
    CompletableFuture<Void> next = held.confirm(leader, UNKNOWN);
    asked.remove().complete(leader.term());
    await(next);
  }

  @Test
  void during_a_change_of_the_members_both_majorities_count() {
    Set<String> before = Set.of("n1-a", "n2-a", "n3-a");
    Set<String> after = Set.of("n1-a", "n2-b", "n3-b");
    Tally tally = new Tally("n1-a", 7, List.of(after, before));
    assertThat(tally.others()).containsExactlyInAnyOrder("n2-a", "n3-a", "n2-b", "n3-b");
    tally.add("n1-a", 7L);
    tally.add("n2-b", 7L);
    tally.add("n3-b", 6L);
    assertThat(tally.result).isNotDone();
    tally.add("n3-a", 7L);
    assertThat(tally.result).isCompleted();
  }
}
