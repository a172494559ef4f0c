package io.flotilla.journal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyRpcProxy;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelFuture;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.nio.NioEventLoopGroup;
import org.apache.ratis.util.IOUtils;
import org.apache.ratis.util.PeerProxyMap;

/**
 * What this member's Raft server asks of the others, over connections that are made in bounded
 * time.
 *
 * <p>Ratis's own service leaves it to the operating system how long an attempt to connect lasts.
 * When a network drops packets silently, that repeats the attempt at longer and longer intervals:
 * after a cut of 20 s a member was out of step for up to as long again, and the one thread that
 * could have tried anew was inside the attempt, with a lock that closing and the other peers'
 * threads wait for. Here an attempt ends after {@link #CONNECT_MILLIS}, and the next one begins.
 *
 * <p>Each method blocks, on threads that Ratis keeps for one peer each: the appender of a follower,
 * and one for each vote that is asked for.
 */
final class OutgoingRpc implements RaftServerRpc {
  /**
   * Many times a round trip, and less than the second after which the operating system repeats an
   * attempt. A busy peer isn't taken for a silent one: its operating system accepts.
   */
  static final int CONNECT_MILLIS = 500;

  /** How often somebody who waits for a vote looks whether it still matters. */
  private static final int LOOK_MILLIS = 20;

  private final RaftServer server;
  private final RaftServerRpc incoming;
  private final AddressedNetty.Votes votes;
  private final EventLoopGroup loops = new Loops();
  private final PeerProxyMap<NettyRpcProxy> peers;

  private final long voteMillis;

  /**
   * @param server whose questions these are
   * @param incoming Ratis's own service, which takes what the others ask
   * @param votes is told of each vote for this member itself before it is asked for others'
   */
  OutgoingRpc(RaftServer server, RaftServerRpc incoming, AddressedNetty.Votes votes) {
    RaftProperties properties = server.getProperties();
    this.server = server;
    this.incoming = incoming;
    this.votes = votes;
    this.voteMillis =
        RaftClientConfigKeys.Rpc.requestTimeout(properties).toLong(TimeUnit.MILLISECONDS);
    this.peers = new PeerProxyMap<>("flotilla-raft-peers", peer -> connect(peer, properties));
  }

  private static final class Loops extends NioEventLoopGroup {
    Loops() {
      super(0, Daemons.named("flotilla-raft-out"));
    }

    /** Called with each connection before it is attempted. */
    @Override
    public ChannelFuture register(Channel channel) {
      channel.config().setConnectTimeoutMillis(CONNECT_MILLIS);
      return super.register(channel);
    }
  }

  private NettyRpcProxy connect(RaftPeer peer, RaftProperties properties) throws IOException {
    try {
      return new NettyRpcProxy(peer, properties, loops);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw IOUtils.toInterruptedIOException("Interrupted while connecting to " + peer, e);
    }
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    RaftRpcRequestProto header = request.getServerRequest();
    if (!request.getPreVote()) {
      // A candidate that asks for votes has voted for itself.
      votes.voted(request.getCandidateTerm(), header.getRequestorId().toStringUtf8());
    }
    RaftNettyServerRequestProto question = envelope().setRequestVoteRequest(request).build();
    return counted(
        ask(header, peer -> vote(request, peer.sendAsync(question))).getRequestVoteReply());
  }

  /**
   * Waits as long as the vote matters. When a candidate gives up for another one, Ratis keeps that
   * one's question, or its first entries, unanswered until the candidate's own questions have
   * ended; and one that nobody answers would take all its time. The other would give up meanwhile.
   */
  private RaftNettyServerReplyProto vote(
      RequestVoteRequestProto request, CompletableFuture<RaftNettyServerReplyProto> reply)
      throws IOException {
    for (long waited = 0; waited < voteMillis; waited += LOOK_MILLIS) {
      try {
        return reply.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (!matters(request)) {
          throw new InterruptedIOException("The election is over");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw IOUtils.toInterruptedIOException("Interrupted while waiting for a vote", e);
      } catch (ExecutionException e) {
        throw IOUtils.toIOException(e);
      }
    }
    throw new TimeoutIOException("No answer for " + voteMillis + " ms");
  }

  private boolean matters(RequestVoteRequestProto request) throws IOException {
    RaftGroupId group = RaftGroupId.valueOf(request.getServerRequest().getRaftGroupId().getId());
    DivisionInfo info = server.getDivision(group).getInfo();
    return info.isCandidate() && info.getCurrentTerm() == request.getCandidateTerm();
  }

  /**
   * Ratis doesn't count the vote of a member whose log is empty while there is anything committed,
   * as that member may have lost its disk. Here such a disk has a new peer id, and votes only once
   * it is filled ({@link Mark}). A member whose log is empty has never had anything, then: it was
   * slow, or cut off, when the group was new. Without its vote there was no leader, for good, if
   * the third member was down. Ratis does count a vote that doesn't say where the log ends.
   */
  private static RequestVoteReplyProto counted(RequestVoteReplyProto vote) {
    return vote.getLastEntry().getTerm() > 0 ? vote : vote.toBuilder().clearLastEntry().build();
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    return ask(request.getServerRequest(), envelope().setAppendEntriesRequest(request))
        .getAppendEntriesReply();
  }

  /** One piece of a state file that is late costs all that were sent before, so there is time. */
  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    RaftRpcRequestProto patient =
        request.getServerRequest().toBuilder().setTimeoutMs(RaftSettings.FILLING_MILLIS).build();
    return ask(patient, envelope().setInstallSnapshotRequest(request)).getInstallSnapshotReply();
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    return ask(request.getServerRequest(), envelope().setStartLeaderElectionRequest(request))
        .getStartLeaderElectionReply();
  }

  private static RaftNettyServerRequestProto.Builder envelope() {
    return RaftNettyServerRequestProto.newBuilder();
  }

  /**
   * @param header names the addressee, and by how much longer than usual to wait for the answer
   */
  private RaftNettyServerReplyProto ask(
      RaftRpcRequestProto header, RaftNettyServerRequestProto.Builder request) throws IOException {
    return ask(header, peer -> peer.send(header, request.build()));
  }

  private interface Question {
    /** Waits for the answer. */
    RaftNettyServerReplyProto to(NettyRpcProxy peer) throws IOException;
  }

  private RaftNettyServerReplyProto ask(RaftRpcRequestProto header, Question question)
      throws IOException {
    RaftPeerId peer = RaftPeerId.valueOf(header.getReplyId());
    try {
      return question.to(peers.getProxy(peer));
    } catch (IOException | RuntimeException e) {
      // Interrupted is who waited for an answer that no longer matters, at the end of an election
      // say. The connection may be a dead one from before a cut, which no time-out would find.
      handleException(peer, e, e instanceof InterruptedIOException);
      throw e;
    }
  }

  /** Closes the connection if it is of no use any more; the next question makes a new one. */
  @Override
  public void handleException(RaftPeerId peer, Exception failure, boolean reconnect) {
    peers.handleException(peer, failure, reconnect);
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> newPeers) {
    peers.addRaftPeers(newPeers);
  }

  @Override
  public RpcType getRpcType() {
    return incoming.getRpcType();
  }

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return incoming.getInetSocketAddress();
  }

  @Override
  public void start() throws IOException {
    incoming.start();
  }

  @Override
  public void close() throws IOException {
    try {
      incoming.close();
    } finally {
      peers.close();
      loops.shutdownGracefully();
    }
  }
}
