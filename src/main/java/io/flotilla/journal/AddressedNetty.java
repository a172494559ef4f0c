package io.flotilla.journal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyFactory;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Ratis's Netty transport that checks the addressee. A member that lost its disk returns with a new
 * peer id at its old address; requests to the old id (vote requests above all) must not be answered
 * by the new one, which doesn't know what the old one promised. Ratis itself checks only the group.
 *
 * <p>It reports each vote before it is sent, so that none is given twice ({@link Mark}), and
 * refuses Ratis's client and administration requests from the network: Flotilla makes those only in
 * process. What this server asks of the others goes through {@link OutgoingRpc}.
 */
public final class AddressedNetty implements RpcType {
  private static final Set<String> FROM_PEERS =
      Set.of("requestVote", "appendEntries", "installSnapshot", "startLeaderElection");

  /** Instantiated by Ratis, by name. */
  public AddressedNetty() {}

  @Override
  public String name() {
    return "ADDRESSED_NETTY";
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters);
  }

  /** Called with each vote, this server's own included, before it is sent. */
  @FunctionalInterface
  interface Votes {
    void voted(long term, String candidate) throws IOException;
  }

  static Parameters parameters(Votes votes) {
    Parameters parameters = new Parameters();
    parameters.put(Votes.class.getName(), votes, Votes.class);
    return parameters;
  }

  private static final class Factory implements ServerFactory, ClientFactory {
    private final NettyFactory netty;
    private final Votes votes;

    Factory(Parameters parameters) {
      this.netty = new NettyFactory(parameters);
      this.votes = parameters.getNonNull(Votes.class.getName(), Votes.class);
    }

    @Override
    public RpcType getRpcType() {
      return netty.getRpcType();
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return new OutgoingRpc(server, netty.newRaftServerRpc(guarded(server, votes)), votes);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
      OutgoingRpc rpc = (OutgoingRpc) server.getRaftServer().getServerRpc();
      return new FollowerLink(server, leader, follower, rpc);
    }

    @Override
    public RaftClientRpc newRaftClientRpc(ClientId client, RaftProperties properties) {
      return netty.newRaftClientRpc(client, properties);
    }
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> handler.handle(method, arguments)));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** The server as the transport sees it; the rest of the process uses the server itself. */
  static RaftServer guarded(RaftServer server, Votes votes) {
    Object appending = new Object();
    return proxy(
        RaftServer.class,
        (method, arguments) -> {
          if (!method.getName().equals("appendEntries")) {
            return incoming(server, votes, method, arguments);
          }
          // Ratis compares the leader's term with its own, lets go of its lock, and only then
          // appends. Entries of a former leader, whose connection has a thread of its own, could
          // replace those of the next one, which had been acknowledged meanwhile.
          synchronized (appending) {
            return incoming(server, votes, method, arguments);
          }
        });
  }

  private static Object incoming(RaftServer server, Votes votes, Method method, Object[] arguments)
      throws Throwable {
    if (arguments != null && method.getDeclaringClass() != Object.class) {
      check(server.getId(), method.getName(), arguments[0]);
    }
    Object result = invoke(server, method, arguments);
    if (result instanceof RequestVoteReplyProto reply
        && reply.getServerReply().getSuccess()
        && arguments[0] instanceof RequestVoteRequestProto request
        && !request.getPreVote()) {
      String candidate = request.getServerRequest().getRequestorId().toStringUtf8();
      votes.voted(request.getCandidateTerm(), candidate);
    }
    return result;
  }

  static void check(RaftPeerId self, String method, Object request) throws IOException {
    if (!FROM_PEERS.contains(method)) {
      throw new IOException(self + " takes no " + method + " from the network");
    }
    ByteString addressee = header(request).getReplyId();
    if (!self.toByteString().equals(addressee)) {
      throw new IOException(
          self + " isn't " + addressee.toStringUtf8() + ", which was at this address");
    }
  }

  private static RaftRpcRequestProto header(Object request) throws IOException {
    if (request instanceof AppendEntriesRequestProto r) {
      return r.getServerRequest();
    }
    if (request instanceof RequestVoteRequestProto r) {
      return r.getServerRequest();
    }
    if (request instanceof InstallSnapshotRequestProto r) {
      return r.getServerRequest();
    }
    if (request instanceof StartLeaderElectionRequestProto r) {
      return r.getServerRequest();
    }
    throw new IOException("unknown request " + request.getClass().getName());
  }
}
