package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody names a term after which there is none, to members that believe whoever asks. */
class TermsTest {
  @TempDir Path directory;
  private LinkedRaft raft;

  @BeforeEach
  void start() throws IOException {
    raft = new LinkedRaft(directory);
    raft.write();
  }

  @AfterEach
  void stop() throws Exception {
    raft.close();
  }

  private void assertThatNothingIsLost() {
    raft.write();
    assertThat(LinkedRaft.IDS).allMatch(id -> raft.node(id).term() < Terms.MOST_AHEAD);
  }

  private List<RaftNettyServerRequestProto> questions(RaftRpcRequestProto header) {
    TermIndexProto last =
        TermIndexProto.newBuilder().setTerm(Long.MAX_VALUE).setIndex(1_000).build();
    return List.of(
        OutgoingRpc.envelope()
            .setRequestVoteRequest(
                RequestVoteRequestProto.newBuilder()
                    .setServerRequest(header)
                    .setCandidateTerm(Long.MAX_VALUE)
                    .setCandidateLastEntry(last))
            .build(),
        OutgoingRpc.envelope()
            .setAppendEntriesRequest(
                AppendEntriesRequestProto.newBuilder()
                    .setServerRequest(header)
                    .setLeaderTerm(Long.MAX_VALUE))
            .build(),
        OutgoingRpc.envelope()
            .setInstallSnapshotRequest(
                InstallSnapshotRequestProto.newBuilder()
                    .setServerRequest(header)
                    .setLeaderTerm(Long.MAX_VALUE))
            .build(),
        OutgoingRpc.envelope()
            .setStartLeaderElectionRequest(
                StartLeaderElectionRequestProto.newBuilder()
                    .setServerRequest(header)
                    .setLeaderLastEntry(last))
            .build());
  }

  @Test
  void no_question_takes_a_member_to_the_last_term() throws Exception {
    for (String id : LinkedRaft.IDS) {
      String candidate = raft.others(id).findFirst().orElseThrow();
      InetSocketAddress port =
          raft.node(id).division().getRaftServer().getServerRpc().getInetSocketAddress();
      for (RaftNettyServerRequestProto question :
          questions(raft.outdated(candidate, id).getServerRequest())) {
        try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
          socket.setSoTimeout(TestPatience.MILLIS);
          question.writeDelimitedTo(socket.getOutputStream());
          RaftNettyServerReplyProto reply =
              RaftNettyServerReplyProto.parseDelimitedFrom(socket.getInputStream());
          assertThat(PeerQuestions.failure(reply.getExceptionReply()))
              .hasMessageContaining("can't be true");
        }
      }
    }
    assertThatNothingIsLost();
  }

  @Test
  void no_answer_takes_a_leader_to_the_last_term() {
    String leader = raft.leader();
    for (String follower : raft.others(leader).toList()) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      raft.link(leader, follower)
          .answers(
              answer ->
                  answer.hasAppendEntriesReply() && done.complete(null)
                      ? answer.toBuilder()
                          .setAppendEntriesReply(
                              answer.getAppendEntriesReply().toBuilder()
                                  .setResult(AppendResult.NOT_LEADER)
                                  .setTerm(Long.MAX_VALUE))
                          .build()
                      : answer);
      raft.write();
      LogCluster.await(done);
    }
    assertThatNothingIsLost();
  }
}
