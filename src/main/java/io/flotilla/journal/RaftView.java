package io.flotilla.journal;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/** A member's Raft server, seen from inside: what it has heard of whom, and where its log ends. */
record RaftView(RaftServer.Division division) {

  /** Null if the member has no group yet. */
  static RaftView of(RaftNode node) {
    RaftServer.Division division = node == null ? null : node.division();
    return division == null ? null : new RaftView(division);
  }

  /**
   * What a leader has heard.
   *
   * @param lastedMillis how long it has led
   * @param sinceAnswerMillis how long each of the others hasn't answered, by peer id; for one that
   *     never did, a made-up time that is longer than the lead
   */
  record Lead(long term, long lastedMillis, Map<String, Long> sinceAnswerMillis) {}

  /** Null if this member doesn't lead. */
  Lead lead() {
    RoleInfoProto role = division.getInfo().getRoleInfoProto();
    if (!role.hasLeaderInfo()) {
      return null;
    }
    Map<String, Long> since = new HashMap<>();
    for (ServerRpcProto follower : role.getLeaderInfo().getFollowerInfoList()) {
      since.put(id(follower), follower.getLastRpcElapsedTimeMs());
    }
    return new Lead(role.getLeaderInfo().getTerm(), role.getRoleElapsedTimeMs(), since);
  }

  /** A follower's leader, and when it was last heard. */
  record Heard(String leader, long sinceMillis) {}

  /** Null if this member isn't a follower, or knows no leader. */
  Heard heard() {
    ServerRpcProto leader = division.getInfo().getRoleInfoProto().getFollowerInfo().getLeaderInfo();
    String id = id(leader);
    return id.isEmpty() ? null : new Heard(id, leader.getLastRpcElapsedTimeMs());
  }

  private static String id(ServerRpcProto peer) {
    return peer.getId().getId().toStringUtf8();
  }

  /** Where a log ends. A member votes for nobody whose log ends before its own. */
  record End(long term, long index) implements Comparable<End> {
    /** Of a log that has no entry, or none since a state file was installed. */
    static final End UNKNOWN = new End(-1, -1);

    private static final Comparator<End> ORDER =
        Comparator.comparingLong(End::term).thenComparingLong(End::index);

    @Override
    public int compareTo(End other) {
      return ORDER.compare(this, other);
    }
  }

  End end() {
    TermIndex last = division.getRaftLog().getLastEntryTermIndex();
    return last == null ? End.UNKNOWN : new End(last.getTerm(), last.getIndex());
  }

  /**
   * Blocks for a write to the disk. Makes this follower stand for election without waiting for its
   * time-out; returns whether it does. Ratis has this for handing over the lead: to the server, its
   * leader seems to ask.
   */
  boolean stand(String leader) throws IOException {
    TermIndex last = division.getRaftLog().getLastEntryTermIndex();
    if (last == null) {
      return false;
    }
    RaftRpcRequestProto header =
        RaftRpcRequestProto.newBuilder()
            .setRequestorId(RaftPeerId.valueOf(leader).toByteString())
            .setReplyId(division.getId().toByteString())
            .setRaftGroupId(
                RaftGroupIdProto.newBuilder()
                    .setId(division.getGroup().getGroupId().toByteString()))
            .build();
    StartLeaderElectionRequestProto request =
        StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(header)
            .setLeaderLastEntry(last.toProto())
            .build();
    return division.getRaftServer().startLeaderElection(request).getServerReply().getSuccess();
  }
}
