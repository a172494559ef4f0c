package io.flotilla.journal;

import java.io.IOException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Which terms can be true. Raft takes over whatever term it hears of, for good, and there is none
 * after the largest: whoever names that one leaves the group without a leader for ever.
 */
final class Terms {
  /** One election a second takes thirty years for it. */
  static final long MOST_AHEAD = 1_000_000_000L;

  private final RaftServer server;

  Terms(RaftServer server) {
    this.server = server;
  }

  /**
   * A member that has heard nothing yet believes the first term that it hears.
   *
   * @param group whose term it is
   * @throws IOException if it is further ahead than elections could have led
   */
  void check(ByteString group, long term) throws IOException {
    long current = server.getDivision(RaftGroupId.valueOf(group)).getInfo().getCurrentTerm();
    if (current > 0 && term - current > MOST_AHEAD) {
      throw new IOException("term " + term + " can't be true, as this is still term " + current);
    }
  }

  /** The same of an answer. */
  void check(RaftNettyServerReplyProto answer) throws IOException {
    switch (answer.getRaftNettyServerReplyCase()) {
      case APPENDENTRIESREPLY -> {
        AppendEntriesReplyProto entries = answer.getAppendEntriesReply();
        check(entries.getServerReply(), entries.getTerm());
      }
      case REQUESTVOTEREPLY -> {
        RequestVoteReplyProto vote = answer.getRequestVoteReply();
        check(vote.getServerReply(), vote.getTerm());
      }
      case INSTALLSNAPSHOTREPLY -> {
        InstallSnapshotReplyProto piece = answer.getInstallSnapshotReply();
        check(piece.getServerReply(), piece.getTerm());
      }
      default -> {} // it names none
    }
  }

  private void check(RaftRpcReplyProto header, long term) throws IOException {
    check(header.getRaftGroupId().getId(), term);
  }
}
