package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.SetConfigurationRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyExceptionReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger can do at the port of a Raft server. */
@Timeout(600)
class IncomingRpcTest {
  @TempDir Path directory;
  private LinkedRaft raft;
  private InetSocketAddress port;

  @BeforeEach
  void start() throws IOException {
    raft = new LinkedRaft(directory, ConfigFactory.empty());
    raft.write();
    String follower = raft.others(raft.leader()).findFirst().orElseThrow();
    port = raft.node(follower).division().getRaftServer().getServerRpc().getInetSocketAddress();
  }

  @AfterEach
  void stop() throws Exception {
    raft.close();
  }

  /** What comes back until the other side ends the connection. */
  private byte[] sent(byte[] bytes) throws IOException {
    try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
      socket.setSoTimeout(TestPatience.MILLIS);
      socket.getOutputStream().write(bytes);
      return socket.getInputStream().readAllBytes();
    } catch (SocketException e) { // it ended it before it had read everything
      return new byte[0];
    }
  }

  private static byte[] framed(RaftNettyServerRequestProto request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    request.writeDelimitedTo(out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8180800400", // a byte more than there may be in a frame
        "ffffffff07", // two GiB
        "ffffffff0f", // a negative length
        "ffffffffff", // no length at all
        "03ffffff", // no message
        "00", // a question that asks nothing
        "0a6162630d0a0d0a6162630d0a" // somebody else's protocol
      })
  void what_is_no_question_ends_its_connection(String bytes) throws Exception {
    assertThat(sent(HexFormat.of().parseHex(bytes))).isEmpty();
    raft.write();
  }

  @Test
  void noise_changes_nothing() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(noise);
      try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
        socket.getOutputStream().write(noise);
      } catch (SocketException e) {
        // it was ended while more was on its way
      }
    }
    raft.write();
  }

  @Test
  void who_asks_nothing_makes_room_and_members_stay() throws Exception {
    try (Strangers silent = new Strangers(port)) {
      silent.awaitTooMany();
      raft.write();
    }
  }

  @Test
  void clients_and_administrators_are_not_served_over_the_network() throws Exception {
    RaftNettyServerRequestProto.Builder request = RaftNettyServerRequestProto.newBuilder();
    request.setRaftClientRequest(RaftClientRequestProto.getDefaultInstance());
    assertThat(sent(framed(request.build()))).isEmpty();
    request.setSetConfigurationRequest(SetConfigurationRequestProto.getDefaultInstance());
    assertThat(sent(framed(request.build()))).isEmpty();
  }

  @Test
  void a_vote_asked_of_the_old_disk_is_not_given_by_the_new_one() throws Exception {
    RaftRpcRequestProto header =
        RaftRpcRequestProto.newBuilder()
            .setRequestorId(ByteString.copyFromUtf8("n1-1"))
            .setReplyId(ByteString.copyFromUtf8("old-disk"))
            .build();
    RaftNettyServerRequestProto vote =
        RaftNettyServerRequestProto.newBuilder()
            .setRequestVoteRequest(RequestVoteRequestProto.newBuilder().setServerRequest(header))
            .build();
    try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
      socket.setSoTimeout(TestPatience.MILLIS);
      for (int i = 0; i < 100; i++) { // the questions of one connection, at once
        socket.getOutputStream().write(framed(vote));
      }
      for (int i = 0; i < 100; i++) {
        RaftNettyServerReplyProto reply =
            RaftNettyServerReplyProto.parseDelimitedFrom(socket.getInputStream());
        assertThat(PeerQuestions.failure(reply.getExceptionReply()))
            .hasMessageContaining("isn't old-disk, which was at this address");
      }
    }
  }

  /** Says when it is read. */
  private static final class Trap extends IOException implements Serializable {
    static volatile boolean sprung;

    private void readObject(ObjectInputStream in) {
      sprung = true;
    }
  }

  @Test
  void a_failure_is_text_and_an_object_is_not_read() {
    RaftNettyExceptionReplyProto trap =
        RaftNettyExceptionReplyProto.newBuilder()
            .setException(ProtoUtils.writeObject2ByteString(new Trap()))
            .build();
    assertThat(PeerQuestions.failure(trap)).hasMessageContaining("failed there");
    assertThat(Trap.sprung).isFalse();
    ByteString text = ByteString.copyFrom("no leäder", StandardCharsets.UTF_8);
    assertThat(PeerQuestions.failure(trap.toBuilder().setException(text).build()))
        .hasMessage("no leäder");
  }
}
