package io.flotilla.journal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.netty.NettyFactory;
import org.apache.ratis.netty.server.NettyRpcService;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Ratis's Netty transport that checks the addressee. A member that lost its disk comes back under a
 * new peer id at its old address; what is sent there to the old id (votes above all) must not be
 * answered by the new one, which knows nothing of what the old one promised. Ratis itself only
 * looks at the group.
 *
 * <p>It also refuses Ratis's client and administration requests from the network: Flotilla makes
 * those in process only.
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

  private static final class Factory extends NettyFactory {
    Factory(Parameters parameters) {
      super(parameters);
    }

    @Override
    public NettyRpcService newRaftServerRpc(RaftServer server) {
      return super.newRaftServerRpc(guarded(server));
    }
  }

  /** What the transport sees as the server; all else of the process sees the server itself. */
  private static RaftServer guarded(RaftServer server) {
    return (RaftServer)
        Proxy.newProxyInstance(
            RaftServer.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) -> {
              if (arguments != null && method.getDeclaringClass() != Object.class) {
                check(server.getId(), method.getName(), arguments[0]);
              }
              try {
                return method.invoke(server, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
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
