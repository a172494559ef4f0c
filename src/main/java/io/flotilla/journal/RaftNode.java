package io.flotilla.journal;

import io.flotilla.async.Futures;
import io.flotilla.tls.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.util.IOUtils;

/**
 * This node's Raft server, used in process. Only methods that say so block. The group is a
 * parameter, so that one server can carry several later.
 */
final class RaftNode {
  /** It has to read nothing, and waits for whoever appends at that moment. */
  private static final long EVICTION_MILLIS = 10_000;

  private final RaftPeerId self;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final LogStateMachine machine;
  private final RaftServer server;

  private volatile RaftGroupId groupId;
  private volatile RaftServer.Division division;

  /**
   * A member of the group.
   *
   * @param peerId unique to one life of one disk
   * @param address where its Raft server listens
   * @param clusterAddress where its Akka listens; empty in configurations of earlier versions
   */
  record Member(String peerId, String address, String clusterAddress) {
    /** The node's name: the peer id is the name, a dash, and the disk's random part. */
    String nodeId() {
      return nodeOf(peerId);
    }

    boolean isSameDisk(Member other) {
      return peerId.equals(other.peerId);
    }

    /** Nobody uses Ratis's client protocol, so the field for its address has room for Akka's. */
    RaftPeer toPeer() {
      RaftPeer.Builder peer = RaftPeer.newBuilder().setId(peerId).setAddress(address);
      if (!clusterAddress.isEmpty()) {
        peer.setClientAddress(clusterAddress);
      }
      return peer.build();
    }

    static Member of(RaftPeer peer) {
      String cluster = peer.getClientAddress();
      return new Member(peer.getId().toString(), peer.getAddress(), cluster == null ? "" : cluster);
    }

    /** During a membership change, the new members and the old ones. */
    static List<Member> of(RaftConfigurationProto members) {
      return Stream.concat(members.getPeersList().stream(), members.getOldPeersList().stream())
          .map(p -> new Member(p.getId().toStringUtf8(), p.getAddress(), p.getClientAddress()))
          .distinct()
          .toList();
    }
  }

  static String nodeOf(String peerId) {
    return peerId.substring(0, peerId.lastIndexOf('-'));
  }

  static RaftGroupId groupId(String clusterName, long generation) {
    String name = "flotilla:" + clusterName;
    String full = generation == Generation.FIRST ? name : name + ":" + generation;
    return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(full.getBytes(StandardCharsets.UTF_8)));
  }

  /** Prepares the server, which resumes the disk's group if there is one. */
  RaftNode(
      JournalSettings settings,
      Identity identity,
      LogStateMachine machine,
      PeerQuestions.Votes votes,
      Optional<Tls> tls)
      throws IOException {
    this.self = RaftPeerId.valueOf(identity.peerId());
    this.groupId = identity.groupId();
    this.machine = machine;
    OwnerOnly.createDirectories(settings.raftDirectory());
    RaftProperties properties = RaftSettings.properties(settings);
    RaftServer.Builder builder =
        RaftServer.newBuilder()
            .setServerId(self)
            .setProperties(properties)
            .setParameters(AddressedNetty.parameters(votes, tls))
            .setStateMachine(machine)
            .setOption(StartupOption.RECOVER);
    if (identity.hasLog(settings.dataDirectory())) {
      builder.setGroup(group(identity.initialMembers()));
    }
    this.server = builder.build();
  }

  /** Blocks until the server runs and, if it has a group, has read the log. */
  void start() throws IOException {
    server.start();
    for (RaftGroupId id : server.getGroupIds()) {
      if (id.equals(groupId)) {
        adopt();
      }
    }
  }

  private void adopt() throws IOException {
    RaftServer.Division found = server.getDivision(groupId);
    // Throws if the log could not be opened; Ratis itself would carry on without a division.
    long first = found.getRaftLog().getStartIndex();
    if (first > machine.appliedIndex() + 1) {
      // A power cut between two renames while Ratis installs a state file can cause this.
      throw new IllegalStateException(
          "the log begins at index "
              + first
              + " but the newest state file ends at "
              + machine.appliedIndex());
    }
    division = found;
  }

  /** Blocks. Creates the identity's group with an empty log; it has no members if one is joined. */
  void addGroup(Identity identity) throws IOException {
    groupId = identity.groupId();
    RaftClientReply reply =
        server.groupManagement(
            GroupManagementRequest.newAdd(
                client, self, callIds.incrementAndGet(), group(identity.initialMembers()), true));
    if (!reply.isSuccess()) {
      throw reply.getException();
    }
    adopt();
  }

  private RaftGroup group(List<Member> members) {
    return RaftGroup.valueOf(groupId, members.stream().map(Member::toPeer).toList());
  }

  /** Blocks. */
  void close() throws IOException {
    endCacheEviction();
    server.close();
  }

  /**
   * Ratis holds a log's lock while it closes it, and waits there for the thread that evicts full
   * segments from its cache; which, if a segment has just become full, waits for that lock, for
   * ever. So that thread ends first.
   */
  private void endCacheEviction() throws IOException {
    try {
      for (Thread thread : cacheEviction()) {
        thread.interrupt();
        thread.join(EVICTION_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw IOUtils.toInterruptedIOException("Interrupted while closing the log", e);
    }
  }

  /** Ratis shows it to nobody. */
  List<Thread> cacheEviction() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith(self + "@") && t.getName().contains("-cacheEviction"))
        .toList();
  }

  String peerId() {
    return self.toString();
  }

  LogStateMachine machine() {
    return machine;
  }

  /** Null until this node has a group. */
  RaftServer.Division division() {
    return division;
  }

  boolean isLeaderReady() {
    RaftServer.Division d = division;
    return d != null && d.getInfo().isLeader() && d.getInfo().isLeaderReady();
  }

  /** Peer id of the leader as far as this member knows, or null. */
  String leader() {
    RaftServer.Division d = division;
    RaftPeerId leader = d == null ? null : d.getInfo().getLeaderId();
    return leader == null ? null : leader.toString();
  }

  /** Milliseconds since the leader was last heard, 0 on the leader; empty while none is known. */
  OptionalLong sinceLeaderHeardMillis() {
    if (leader() == null) {
      return OptionalLong.empty();
    }
    RoleInfoProto role = division.getInfo().getRoleInfoProto();
    return OptionalLong.of(
        role.hasFollowerInfo()
            ? role.getFollowerInfo().getLeaderInfo().getLastRpcElapsedTimeMs()
            : 0);
  }

  /** The members, as far as this one knows. */
  List<Member> members() {
    RaftServer.Division d = division;
    return d == null
        ? List.of()
        : d.getRaftConf().getCurrentPeers().stream().map(Member::of).toList();
  }

  /**
   * The voters by peer id: the members and, during a membership change, also the previous ones; a
   * majority of each set is needed. Empty while this node has no group.
   */
  List<Set<String>> voters() {
    RaftServer.Division d = division;
    if (d == null) {
      return List.of();
    }
    RaftConfiguration conf = d.getRaftConf();
    return Stream.of(conf.getCurrentPeers(), conf.getPreviousPeers())
        .filter(peers -> !peers.isEmpty())
        .map(peers -> peers.stream().map(p -> p.getId().toString()).collect(Collectors.toSet()))
        .toList();
  }

  /** This member's term; it never votes in an earlier one. Negative without a group. */
  long term() {
    RaftServer.Division d = division;
    return d == null ? -1 : d.getInfo().getCurrentTerm();
  }

  /**
   * Asks a follower for its term over the link of the log; completes with null if there is no
   * answer. Null if there is no link, or if the answer would have to wait for the follower's disk.
   */
  CompletableFuture<Long> askTerm(String peerId) {
    FollowerLink link = ((OutgoingRpc) server.getServerRpc()).links.get(peerId);
    // Terms of another group say nothing.
    boolean ours = link != null && link.getServer() == division;
    return ours && !link.isBusy() ? link.askTerm() : null;
  }

  /** Whether these are the members and nobody else can be, as a majority has stored it. */
  boolean isSettled() {
    RaftServer.Division d = division;
    return isStable()
        && d.getRaftLog().getLastCommittedIndex() >= d.getRaftConf().getLogEntryIndex();
  }

  /** Whether no membership change is under way, as far as this member knows. */
  boolean isStable() {
    RaftServer.Division d = division;
    return d != null && d.getRaftConf().getPreviousPeers().isEmpty();
  }

  /** Appends a command to the log, on the leader only; completes when it is applied here. */
  CompletableFuture<RaftClientReply> write(byte[] command) {
    return submit(
        request(RaftClientRequest.writeRequestType())
            .setMessage(LogStateMachine.message(command))
            .build());
  }

  private RaftClientRequest.Builder request(RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(client)
        .setServerId(self)
        .setGroupId(groupId)
        .setCallId(callIds.incrementAndGet())
        .setType(type);
  }

  private CompletableFuture<RaftClientReply> submit(RaftClientRequest request) {
    try {
      // Straight to the division: RaftServer's own method would block on a thread pool.
      return ((RaftClientAsynchronousProtocol) division).submitClientRequestAsync(request);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * On the leader only, and only if these are the members and no change is under way: makes {@code
   * next} the members, once those that are new have caught up.
   */
  CompletableFuture<RaftClientReply> change(List<Member> present, List<Member> next) {
    SetConfigurationRequest.Arguments arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .setServersInCurrentConf(present.stream().map(Member::toPeer).toList())
            .setServersInNewConf(next.stream().map(Member::toPeer).toList())
            .build();
    try {
      return server.setConfigurationAsync(
          new SetConfigurationRequest(client, self, groupId, callIds.incrementAndGet(), arguments));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(Futures.unwrap(e));
    }
  }

  /** On the leader only: makes this voter the leader, or fails after this time. */
  CompletableFuture<RaftClientReply> transferLead(String peerId, long millis) {
    RaftPeerId next = RaftPeerId.valueOf(peerId);
    try {
      return server.transferLeadershipAsync(
          new TransferLeadershipRequest(
              client, self, groupId, callIds.incrementAndGet(), next, millis));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(Futures.unwrap(e));
    }
  }
}
