package io.flotilla.journal;

import java.util.List;

/**
 * A summary of this node's replicated log.
 *
 * @param nodeId this node
 * @param peerId its Raft peer id, unique to one life of its disk; null before it has one
 * @param leaderNodeId the leader's node, as far as this node knows, or null
 * @param role LEADER, FOLLOWER, CANDIDATE or LISTENER; NONE before it has a group, DAMAGED while
 *     its disk has lost acknowledged data and isn't replaced yet
 * @param term Raft term
 * @param lastApplied index of the last log entry applied here; -1 before the first
 * @param committed index of the last log entry known here to be on a majority
 * @param logBytes size of the log and state files on disk, at most a few seconds old
 * @param inFlight requests from this node waiting for an answer
 * @param peers the group's members, as far as this node knows
 * @param alive false once the log has stopped; the process then ends soon
 */
public record LogStatus(
    String nodeId,
    String peerId,
    String leaderNodeId,
    String role,
    long term,
    long lastApplied,
    long committed,
    long logBytes,
    int inFlight,
    List<Peer> peers,
    boolean alive) {

  /** A member of the Raft group. */
  public record Peer(String nodeId, String peerId, String address) {}
}
