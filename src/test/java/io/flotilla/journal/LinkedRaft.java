package io.flotilla.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.journal.RaftNode.Member;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.awaitility.Awaitility;

/** The Raft servers of three nodes, in one JVM; each way from one to another is a {@link Link}. */
final class LinkedRaft implements AutoCloseable {
  static final List<String> IDS = List.of("n1", "n2", "n3");

  private record Server(RaftNode node, LogStateMachine machine, Mark mark) {}

  private final Path directory;
  private final Config extra;
  private final Map<String, Integer> ports = new TreeMap<>();
  private final Map<List<String>, Link> links = new HashMap<>();
  private final Map<String, Server> running = new TreeMap<>();

  LinkedRaft(Path directory) throws IOException {
    this(directory, ConfigFactory.empty());
  }

  /**
   * @param cutOff the members that nobody hears, and who hear nobody, from the start
   */
  LinkedRaft(Path directory, Config extra, String... cutOff) throws IOException {
    this.directory = directory;
    this.extra = extra;
    for (String id : IDS) {
      ports.put(id, FreePorts.next());
    }
    for (String from : IDS) {
      for (String to : IDS) {
        if (!from.equals(to)) {
          links.put(List.of(from, to), new Link(ports.get(to)));
        }
      }
    }
    for (String id : cutOff) {
      for (String other : others(id).toList()) {
        cut(id, other);
      }
    }
    for (String id : IDS) {
      start(id);
    }
  }

  private void start(String id) throws IOException {
    JournalSettings settings = settings(id);
    Files.createDirectories(settings.dataDirectory());
    Mark mark = new Mark(settings.dataDirectory());
    mark.create(peerId(id), Mark.Promise.NONE);
    LogStateMachine machine =
        new LogStateMachine(
            new Nobody(),
            mark,
            new MembersFile(settings.dataDirectory()),
            settings.checkpoints(),
            new LogMeters(new SimpleMeterRegistry(), System::nanoTime));
    List<Member> members = IDS.stream().map(other -> seenFrom(id, other)).toList();
    Identity identity =
        new Identity(id, "flotilla", peerId(id), Generation.FIRST, Identity.Group.NONE, members);
    RaftNode node = new RaftNode(settings, identity, machine, mark::voted, Optional.empty());
    node.start();
    node.addGroup(identity);
    running.put(id, new Server(node, machine, mark));
  }

  private JournalSettings settings(String id) {
    Config config =
        ConfigFactory.parseString(
            "flotilla.node { id = "
                + id
                + ", host = 127.0.0.1, data = \""
                + directory.resolve(id)
                + "\" }\nflotilla.journal.port = "
                + ports.get(id));
    return JournalSettings.of(extra.withFallback(config).withFallback(ConfigFactory.load()));
  }

  private static String peerId(String id) {
    return id + "-1";
  }

  /** A running server goes on with the addresses that it heard first, so each has its own links. */
  private Member seenFrom(String id, String other) {
    int port = id.equals(other) ? ports.get(id) : link(id, other).port();
    return new Member(peerId(other), "127.0.0.1:" + port, "");
  }

  /** What {@code from} asks of {@code to}, and the answers. */
  Link link(String from, String to) {
    return links.get(List.of(from, to));
  }

  /** Between the two nothing passes any more. */
  void cut(String a, String b) throws IOException {
    link(a, b).cut();
    link(b, a).cut();
  }

  void heal(String a, String b) throws IOException {
    link(a, b).heal();
    link(b, a).heal();
  }

  RaftNode node(String id) {
    return running.get(id).node();
  }

  Stream<String> others(String... but) {
    return IDS.stream().filter(id -> !List.of(but).contains(id));
  }

  /** The one who leads, as soon as there is one. */
  String leader() {
    return Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .pollDelay(Duration.ZERO)
        .until(
            () -> running.keySet().stream().filter(id -> node(id).isLeaderReady()).findAny(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The index of an entry that a majority has. */
  long write() {
    return write(new Command.NoOp());
  }

  long write(Command command) {
    RaftClientReply reply = null;
    while (reply == null || !reply.isSuccess()) { // the lead may just have been lost
      reply = LogCluster.await(node(leader()).write(LogCodec.encode(command)));
    }
    return reply.getLogIndex();
  }

  /** Many entries at once, which a majority has afterwards. */
  void write(int count, Command command) {
    RaftNode leader = node(leader());
    byte[] entry = LogCodec.encode(command);
    Stream.generate(() -> leader.write(entry)).limit(count).toList().forEach(LogCluster::await);
  }

  /** What this member's links to its followers have done. */
  FollowerRequests.Counts counts(String id) {
    return ((OutgoingRpc) node(id).division().getRaftServer().getServerRpc()).counts;
  }

  /** A question about a group that doesn't exist, which is answered so. */
  void ask(String from, String to) throws IOException {
    node(from)
        .division()
        .getRaftServer()
        .getServerRpc()
        .appendEntries(
            AppendEntriesRequestProto.newBuilder()
                .setServerRequest(question(from, to, RaftGroupId.randomId()))
                .build());
  }

  /** Entries, none, of somebody who led long ago. */
  AppendEntriesRequestProto outdated(String from, String to) {
    RaftGroupId group = node(to).division().getGroup().getGroupId();
    return AppendEntriesRequestProto.newBuilder()
        .setServerRequest(question(from, to, group))
        .build();
  }

  /** What this member says if it is asked for its vote, by a candidate with the longest log. */
  RequestVoteReplyProto vote(String of, String candidate, long term) throws IOException {
    RaftServer.Division division = node(of).division();
    return division
        .getRaftServer()
        .requestVote(
            RequestVoteRequestProto.newBuilder()
                .setServerRequest(question(candidate, of, division.getGroup().getGroupId()))
                .setCandidateTerm(term)
                .setCandidateLastEntry(TermIndex.valueOf(term - 1, 1000).toProto())
                .build());
  }

  private RaftRpcRequestProto question(String from, String to, RaftGroupId group) {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(ByteString.copyFromUtf8(peerId(from)))
        .setReplyId(ByteString.copyFromUtf8(peerId(to)))
        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString()))
        .setCallId(-1)
        .build();
  }

  void awaitApplied(String id, long index) {
    LogCluster.await(running.get(id).machine().applied(index));
  }

  void stop(String id) throws Exception {
    Server server = running.remove(id);
    server.node().close();
    server.mark().close();
  }

  @Override
  public void close() throws Exception {
    for (String id : List.copyOf(running.keySet())) {
      stop(id);
    }
    links.values().forEach(Link::close);
  }

  private static final class Nobody implements LogStateMachine.Listener {
    @Override
    public void leaderChanged() {}

    @Override
    public void leaderReady() {}

    @Override
    public void logFailed(Throwable cause) {}

    @Override
    public void rosterChanged() {}

    @Override
    public void digestTaken(long index, String digest) {}

    @Override
    public void applied(long index, List<Command> commands, List<Reply> replies) {}
  }
}
