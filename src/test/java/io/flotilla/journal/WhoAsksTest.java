package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.TestPatience;
import io.flotilla.tls.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoop;
import org.apache.ratis.thirdparty.io.netty.channel.nio.NioEventLoopGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server behind a port where everybody has to prove who he is. */
class WhoAsksTest {
  @TempDir Path directory;

  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private TestCa ca;
  private LinkedRaft raft;
  private String follower;
  private IncomingRpc port;

  @BeforeEach
  void start() throws IOException {
    ca = new TestCa(directory.resolve("ca"));
    raft = new LinkedRaft(directory);
    String leader = raft.leader();
    follower = raft.others(leader).findFirst().orElseThrow();
    PeerQuestions questions = new PeerQuestions(server(), (term, candidate) -> {}, blocking);
    port =
        new IncomingRpc(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new Doorway(Optional.of(ca.tls(follower)), blocking),
            questions,
            blocking);
    port.start();
  }

  @AfterEach
  void stop() throws Exception {
    port.close();
    raft.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private RaftServer server() {
    return raft.node(follower).division().getRaftServer();
  }

  private RaftNettyServerReplyProto ask(PeerConnection.Security security, String as)
      throws Exception {
    PeerConnection connection =
        PeerConnection.open(
            (EventLoop) loops.next(), port.address(), security, new Terms(server()));
    try {
      RaftNettyServerRequestProto question =
          OutgoingRpc.envelope().setAppendEntriesRequest(raft.outdated(as, follower)).build();
      long callId = question.getAppendEntriesRequest().getServerRequest().getCallId();
      return connection
          .ask(callId, question)
          .get(TestPatience.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } finally {
      connection.close();
    }
  }

  private PeerConnection.Security security(String from, String to) {
    return new PeerConnection.Security(ca.tls(from), to, blocking);
  }

  private String other(int number) {
    return raft.others(follower).toList().get(number);
  }

  @Test
  void aNodeIsAnsweredUnderItsOwnName() throws Exception {
    RaftNettyServerReplyProto answer = ask(security(other(0), follower), other(0));
    assertThat(answer.getAppendEntriesReply().getResult()).isEqualTo(AppendResult.NOT_LEADER);
  }

  @Test
  void whoHasOneNodesKeyIsNoOther() {
    assertThatThrownBy(() -> ask(security(other(0), follower), other(1)))
        .hasMessageContaining("is closed");
  }

  @Test
  void nothingIsAskedOfAnotherNodeThanWasMeant() {
    assertThatThrownBy(() -> ask(security(other(0), other(1)), other(0)))
        .hasStackTraceContaining("node " + follower + " is there, and not " + other(1));
  }

  @Test
  void whoDoesNotProveWhoHeIsIsNotAnswered() {
    assertThatThrownBy(() -> ask(null, other(0))).hasMessageContaining("is closed");
  }

  @Test
  void strangersDoNotKeepNodesOut() throws Exception {
    try (Strangers strangers = new Strangers(port.address())) {
      strangers.awaitTooMany();
      aNodeIsAnsweredUnderItsOwnName();
    }
  }
}
