package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.IAm;
import io.flotilla.journal.PeerMessage.Join;
import io.flotilla.journal.PeerMessage.JoinAnswer;
import io.flotilla.journal.RaftNode.Member;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Whom the leader admits to the group: a node whose old disk is gone, and a new one that an
 * operator told to join.
 *
 * <p>Blocks for a second or so; the newcomer asks again until it is in.
 */
final class Admission {
  private static final long ASK_MILLIS = 1000;
  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final JournalSettings settings;
  private final Supplier<RaftNode> node;
  private final Supplier<Roster> roster;
  private final Members members;
  private final PeerLink link;
  private final Changes changes;

  Admission(
      JournalSettings settings,
      Supplier<RaftNode> node,
      Supplier<Roster> roster,
      Members members,
      PeerLink link,
      Changes changes) {
    this.settings = settings;
    this.node = node;
    this.roster = roster;
    this.members = members;
    this.link = link;
    this.changes = changes;
  }

  JoinAnswer asked(Join join) {
    RaftNode n = node.get();
    boolean leads = n != null && n.isLeaderReady();
    String problem = leads ? problem(n, join) : settings.self().id() + " isn't the leader";
    return new JoinAnswer(join.nonce(), problem, leads, leader(n));
  }

  private String leader(RaftNode n) {
    String peer = n == null ? null : n.leader();
    Seed seed = peer == null ? null : members.find(RaftNode.nodeOf(peer));
    return seed == null ? "" : seed.clusterAddress();
  }

  /** Empty once it is a member. */
  private String problem(RaftNode n, Join join) {
    Member newcomer = join.member();
    if (!join.cluster().isEmpty() && !join.cluster().equals(settings.clusterName())) {
      return "this is cluster " + settings.clusterName() + ", not " + join.cluster();
    }
    if (roster.get().isRemoved(newcomer.peerId())) {
      return "an operator has removed this disk";
    }
    if (n.members().stream().anyMatch(newcomer::isSameDisk)) {
      return "";
    }
    String refusal = refusal(n, join);
    if (refusal != null) {
      return refusal;
    }
    return isReachable(newcomer)
        ? changes.admit(n, newcomer)
        : settings.self().id() + ", which leads, can't reach its Raft port " + newcomer.address();
  }

  private String refusal(RaftNode n, Join join) {
    String id = join.member().nodeId();
    Member old = n.members().stream().filter(m -> m.nodeId().equals(id)).findFirst().orElse(null);
    if (old != null) {
      return isGone(n, old, join.member())
          ? null
          : "a running node, at "
              + old.address()
              + ", has the id "
              + id
              + " already, or had it a moment ago: give this one another id, or stop that one";
    }
    boolean removed =
        roster.get().removed().keySet().stream().anyMatch(p -> RaftNode.nodeOf(p).equals(id));
    boolean seed = members.find(id) != null && !removed;
    return join.told() || seed
        ? null
        : id
            + (removed ? " was removed by an operator" : " isn't a member")
            + ". To add it, start it with --join HOST:PORT, the cluster port of a member";
  }

  /** Whether the node's old disk can't be in use any more, as far as anybody can tell. */
  private boolean isGone(RaftNode n, Member old, Member newcomer) {
    String address = members.complete(old).clusterAddress();
    IAm there =
        address.isEmpty()
            ? null
            : link.askAt(address, PeerMessage.WhoAreYou::new, IAm.class, ASK_MILLIS).join();
    if (there != null && there.peerId().equals(newcomer.peerId())) {
      return true; // two can't listen at the same address
    }
    // This node's own pauses look as if all others were silent, so an answer counts in any case.
    boolean answers = there != null && there.peerId().equals(old.peerId());
    Quorum quorum = Quorum.of(n, settings);
    return !answers && !quorum.isEarly() && !quorum.isRunning(old);
  }

  private static boolean isReachable(Member newcomer) {
    HostPort raft = HostPort.of(newcomer.address());
    return Port.probe(raft.host(), raft.port(), CONNECT) == Port.OPEN;
  }
}
