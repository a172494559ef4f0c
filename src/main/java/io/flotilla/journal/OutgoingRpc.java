package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.client.RaftClientConfigKeys;
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
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoop;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.epoll.Epoll;
import org.apache.ratis.thirdparty.io.netty.channel.epoll.EpollEventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.nio.NioEventLoopGroup;
import org.apache.ratis.util.IOUtils;
import org.apache.ratis.util.NetUtils;

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
 * <p>Each method of Ratis's interface blocks, on threads that Ratis keeps for one peer each: the
 * appender of a follower, and one for each vote that is asked for. A {@link FollowerLink} asks on
 * the {@link #loop} as well.
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
  private final IncomingRpc incoming;
  private final PeerQuestions.Votes votes;
  private final Optional<Tls> tls;
  private final Executor tasks;
  private final Terms terms;
  private final EventLoopGroup loops;
  private final Map<RaftPeerId, Peer> peers = new ConcurrentHashMap<>();
  private final long patienceMillis;
  private volatile boolean closed;

  /** To the followers, by peer id, while this server leads. */
  final Map<String, FollowerLink> links = new ConcurrentHashMap<>();

  /** What was done for the followers, while this server led. */
  final FollowerRequests.Counts counts = new FollowerRequests.Counts();

  /**
   * @param server whose questions these are
   * @param incoming takes what the others ask
   * @param votes is told of each vote for this member itself before it is asked for others'
   * @param tls empty: whoever answers is believed
   * @param tasks where signatures are made and checked
   */
  OutgoingRpc(
      RaftServer server,
      IncomingRpc incoming,
      PeerQuestions.Votes votes,
      Optional<Tls> tls,
      Executor tasks) {
    this.server = server;
    this.incoming = incoming;
    this.votes = votes;
    this.tls = tls;
    this.tasks = tasks;
    this.terms = new Terms(server);
    this.patienceMillis =
        RaftClientConfigKeys.Rpc.requestTimeout(server.getProperties())
            .toLong(TimeUnit.MILLISECONDS);
    ThreadFactory threads = Daemons.named("flotilla-raft-out");
    // One thread, so that what is sent to all the others at once takes one thread that wakes up.
    this.loops =
        Epoll.isAvailable()
            ? new EpollEventLoopGroup(1, threads)
            : new NioEventLoopGroup(1, threads);
  }

  /** Another member, and the way to it. */
  private final class Peer {
    private final RaftPeerId id;
    private final String address;
    private volatile PeerConnection connection;

    Peer(RaftPeerId id, String address) {
      this.id = id;
      this.address = address;
    }

    synchronized PeerConnection connect() throws IOException {
      if (connection == null || !connection.isOpen()) {
        connection =
            PeerConnection.open(loop(), NetUtils.createSocketAddr(address), security(), terms);
      }
      if (closed) {
        connection.close();
        throw new AlreadyClosedException(server.getId() + " asks nobody any more");
      }
      return connection;
    }

    private PeerConnection.Security security() {
      String node = RaftNode.nodeOf(id.toString());
      return tls.map(t -> new PeerConnection.Security(t, node, tasks)).orElse(null);
    }

    /** Doesn't wait for an attempt to connect that is under way. */
    void close() {
      PeerConnection present = connection;
      if (present != null) {
        present.close();
      }
    }
  }

  /** Blocks, for a limited time, if there is no connection to this peer at the moment. */
  PeerConnection connection(RaftPeerId id) throws IOException {
    Peer peer = peers.get(id);
    if (peer == null) {
      throw new IOException(server.getId() + " doesn't know where " + id + " is");
    }
    return peer.connect();
  }

  /** All connections belong to it. Nothing may block it. */
  EventLoop loop() {
    return (EventLoop) loops.next();
  }

  /** How long to wait for an answer, if a question doesn't say that it takes longer. */
  long patienceMillis() {
    return patienceMillis;
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
        ask(header, peer -> vote(request, peer.ask(header.getCallId(), question)))
            .getRequestVoteReply());
  }

  /**
   * Waits as long as the vote matters. When a candidate gives up for another one, Ratis keeps that
   * one's question, or its first entries, unanswered until the candidate's own questions have
   * ended; and one that nobody answers would take all its time. The other would give up meanwhile.
   */
  private RaftNettyServerReplyProto vote(
      RequestVoteRequestProto request, CompletableFuture<RaftNettyServerReplyProto> reply)
      throws IOException {
    for (long waited = 0; waited < patienceMillis; waited += LOOK_MILLIS) {
      try {
        return await(reply, LOOK_MILLIS);
      } catch (TimeoutIOException e) {
        if (!matters(request)) {
          throw new InterruptedIOException("The election is over");
        }
      }
    }
    throw new TimeoutIOException("No answer for " + patienceMillis + " ms");
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

  static RaftNettyServerRequestProto.Builder envelope() {
    return RaftNettyServerRequestProto.newBuilder();
  }

  /**
   * @param header names the addressee, and by how much longer than usual to wait for the answer
   */
  private RaftNettyServerReplyProto ask(
      RaftRpcRequestProto header, RaftNettyServerRequestProto.Builder request) throws IOException {
    long millis = patienceMillis + header.getTimeoutMs();
    return ask(header, peer -> await(peer.ask(header.getCallId(), request.build()), millis));
  }

  private interface Question {
    /** Waits for the answer. */
    RaftNettyServerReplyProto to(PeerConnection peer) throws IOException;
  }

  private RaftNettyServerReplyProto ask(RaftRpcRequestProto header, Question question)
      throws IOException {
    PeerConnection connection = connection(RaftPeerId.valueOf(header.getReplyId()));
    try {
      return question.to(connection);
    } catch (IOException | RuntimeException e) {
      connection.failed(e);
      throw e;
    }
  }

  private static RaftNettyServerReplyProto await(
      CompletableFuture<RaftNettyServerReplyProto> reply, long millis) throws IOException {
    try {
      return reply.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TimeoutIOException("No answer for " + millis + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw IOUtils.toInterruptedIOException("Interrupted while waiting for an answer", e);
    } catch (ExecutionException e) {
      throw IOUtils.toIOException(e);
    }
  }

  /** Closes the connection if it is of no use any more; the next question makes a new one. */
  @Override
  public void handleException(RaftPeerId id, Exception failure, boolean reconnect) {
    Peer peer = peers.get(id);
    PeerConnection connection = peer == null ? null : peer.connection;
    if (connection != null && reconnect) {
      connection.close();
    } else if (connection != null) {
      connection.failed(failure);
    }
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> newPeers) {
    newPeers.forEach(p -> peers.computeIfAbsent(p.getId(), id -> new Peer(id, p.getAddress())));
  }

  @Override
  public RpcType getRpcType() {
    return SupportedRpcType.NETTY;
  }

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return incoming.address();
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
      closed = true;
      peers.values().forEach(Peer::close);
      loops.shutdownGracefully();
    }
  }
}
