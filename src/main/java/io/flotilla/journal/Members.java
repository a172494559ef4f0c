package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/**
 * The nodes of the cluster and where they are. The group's configuration says so; before this
 * node's server runs, the one that its disk remembers; before there was any, the seeds. Where Akka
 * listens a seed may know better: configurations of earlier versions don't say it, and unlike
 * Raft's address it can be changed.
 */
final class Members {
  static final int UNKNOWN_PORT = 0;

  private final JournalSettings settings;
  private final Supplier<RaftNode> node;
  private volatile List<Member> remembered = List.of();
  private volatile View view = new View(null, Map.of());

  /**
   * @param of the configuration, or null
   * @param nodes by id, this one included
   */
  private record View(RaftConfiguration of, Map<String, Seed> nodes) {}

  /**
   * @param node the server, or null until there is one
   */
  Members(JournalSettings settings, Supplier<RaftNode> node) {
    this.settings = settings;
    this.node = node;
    this.view = view(null);
  }

  /** Sets the members to assume until this node's server has a configuration. */
  void remember(List<Member> members) {
    remembered = List.copyOf(members);
    view = view(null);
  }

  /** All, by id. Cheap: called for each message. */
  Map<String, Seed> byId() {
    RaftConfiguration now = configuration();
    View known = view;
    if (known.of() != now) {
      known = view(now);
      view = known;
    }
    return known.nodes();
  }

  private RaftConfiguration configuration() {
    RaftNode n = node.get();
    RaftServer.Division d = n == null ? null : n.division();
    return d == null ? null : d.getRaftConf();
  }

  private View view(RaftConfiguration of) {
    List<Member> members = remembered;
    // Empty on a disk that has just joined, until the leader has sent it something.
    if (of != null && !of.getCurrentPeers().isEmpty()) {
      members = of.getCurrentPeers().stream().map(Member::of).toList();
    }
    Map<String, Seed> nodes = new TreeMap<>();
    if (members.isEmpty()) {
      settings.seeds().forEach(s -> nodes.put(s.id(), s));
    }
    members.forEach(m -> nodes.put(m.nodeId(), seed(m)));
    nodes.put(settings.self().id(), settings.self());
    return new View(of, Collections.unmodifiableMap(nodes));
  }

  private Seed seed(Member member) {
    String cluster = member.clusterAddress();
    Seed seed = settings.seed(member.nodeId());
    // Raft's address can't change: a seed with another one is about an earlier disk of this node.
    if (seed != null && (cluster.isEmpty() || seed.raftAddress().equals(member.address()))) {
      return seed;
    }
    HostPort raft = HostPort.of(member.address());
    return new Seed(
        member.nodeId(),
        raft.host(),
        cluster.isEmpty() ? UNKNOWN_PORT : HostPort.of(cluster).port(),
        raft.port());
  }

  /** What the member's configuration lacks, if the seeds have it. */
  Member complete(Member member) {
    Seed seed = settings.seed(member.nodeId());
    return member.clusterAddress().isEmpty() && seed != null
        ? new Member(member.peerId(), member.address(), seed.clusterAddress())
        : member;
  }

  /** A member, or else a seed; null if there is none of this id, or nobody knows where it is. */
  Seed find(String nodeId) {
    Seed found = byId().getOrDefault(nodeId, settings.seed(nodeId));
    return found == null || found.clusterPort() == UNKNOWN_PORT ? null : found;
  }

  /** All other members and seeds: whoever may know something. */
  Collection<Seed> others() {
    Map<String, Seed> others = new TreeMap<>();
    settings.seeds().forEach(s -> others.put(s.id(), s));
    others.putAll(byId());
    others.remove(settings.self().id());
    return others.values();
  }
}
