package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyConfigKeys;
import org.apache.ratis.netty.NettyFactory;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * How the members' Raft servers talk to each other: in the form of Ratis's Netty transport, but
 * what they are asked goes through {@link IncomingRpc}, and what they ask through {@link
 * OutgoingRpc} and {@link FollowerLink}.
 */
public final class AddressedNetty implements RpcType {
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

  static Parameters parameters(PeerQuestions.Votes votes, Optional<Tls> tls) {
    Parameters parameters = new Parameters();
    tls.ifPresent(t -> parameters.put(Tls.class.getName(), t, Tls.class));
    parameters.put(PeerQuestions.Votes.class.getName(), votes, PeerQuestions.Votes.class);
    return parameters;
  }

  private static final class Factory implements ServerFactory, ClientFactory {
    private final NettyFactory netty;
    private final PeerQuestions.Votes votes;
    private final Optional<Tls> tls;

    Factory(Parameters parameters) {
      this.netty = new NettyFactory(parameters);
      this.votes =
          parameters.getNonNull(PeerQuestions.Votes.class.getName(), PeerQuestions.Votes.class);
      this.tls = Optional.ofNullable(parameters.get(Tls.class.getName(), Tls.class));
    }

    @Override
    public RpcType getRpcType() {
      return netty.getRpcType();
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      RaftProperties p = server.getProperties();
      InetSocketAddress address =
          new InetSocketAddress(NettyConfigKeys.Server.host(p), NettyConfigKeys.Server.port(p));
      ExecutorService blocking =
          Executors.newCachedThreadPool(Daemons.named("flotilla-raft-answer"));
      PeerQuestions questions = new PeerQuestions(server, votes, blocking);
      Doorway doorway = new Doorway(tls, blocking);
      IncomingRpc incoming = new IncomingRpc(address, doorway, questions, blocking);
      return new OutgoingRpc(server, incoming, votes, tls, blocking);
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
}
