package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftConfiguration;

/** The group as this node sees it if it leads. */
final class GroupView {
  private final Supplier<RaftNode> node;
  private final Peers peers;

  GroupView(Supplier<RaftNode> node, Peers peers) {
    this.node = node;
    this.peers = peers;
  }

  /** {@link Group.View#NONE} if this node doesn't lead. */
  Group.View now() {
    RaftNode n = node.get();
    if (n == null || !n.isLeaderReady()) {
      return Group.View.NONE;
    }
    List<Member> voters = voters(n);
    Map<String, Long> matches = matches(n);
    Map<String, Long> silences = peers.silences();
    List<Group.Server> servers = new ArrayList<>();
    for (Member m : everybody(n)) {
      boolean self = m.peerId().equals(n.peerId());
      servers.add(
          new Group.Server(
              m.nodeId(),
              m.peerId(),
              m.address(),
              m.clusterAddress(),
              self,
              servers.size() < voters.size(),
              self ? lastIndex(n) : matches.getOrDefault(m.peerId(), 0L),
              self ? 0 : silences.getOrDefault(m.peerId(), 0L)));
    }
    return new Group.View(n.division().getRaftConf().getLogEntryIndex(), n.term(), servers);
  }

  /** During a change of the members, the new ones and the old ones. */
  private static List<Member> voters(RaftNode n) {
    RaftConfiguration conf = n.division().getRaftConf();
    return Stream.concat(conf.getCurrentPeers().stream(), conf.getPreviousPeers().stream())
        .map(Member::of)
        .distinct()
        .toList();
  }

  /** On the leader: the voters, then those that are being caught up. */
  static List<Member> everybody(RaftNode n) {
    Map<String, Member> all = new LinkedHashMap<>();
    voters(n).forEach(m -> all.putIfAbsent(m.peerId(), m));
    followers(n).forEach(m -> all.putIfAbsent(m.peerId(), m));
    return List.copyOf(all.values());
  }

  /** On the leader: up to where a member has the log, as far as it is known. */
  static long match(RaftNode n, String peerId) {
    return matches(n).getOrDefault(peerId, 0L);
  }

  static long lastIndex(RaftNode n) {
    return n.division().getRaftLog().getNextIndex() - 1;
  }

  /** Those that the leader sends its log, so also those that are being caught up. */
  private static List<Member> followers(RaftNode n) {
    return n.division().getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
        .map(f -> f.getId())
        .map(p -> new Member(p.getId().toStringUtf8(), p.getAddress(), p.getClientAddress()))
        .toList();
  }

  /** Ratis lists them in the order of its followers, which a change of the members changes. */
  private static Map<String, Long> matches(RaftNode n) {
    List<Member> before = followers(n);
    long[] matches = n.division().getInfo().getFollowerMatchIndices();
    Map<String, Long> byPeer = new HashMap<>();
    if (matches != null && matches.length == before.size() && before.equals(followers(n))) {
      for (int i = 0; i < matches.length; i++) {
        byPeer.put(before.get(i).peerId(), Math.max(0, matches[i]));
      }
    }
    return byPeer;
  }
}
