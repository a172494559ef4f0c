package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import io.flotilla.wire.Message;
import java.util.List;

/** What the logs of two nodes say to each other over Akka. At most once; the asker repeats. */
sealed interface PeerMessage extends Message {

  /** What a {@link Forward} carries. */
  enum Kind {
    /** An encoded {@link Command}. */
    WRITE,
    /** An encoded {@link Confirm}. */
    CONFIRM
  }

  /** How a {@link Forward} went. */
  enum Status {
    /** The body is an encoded {@link Reply}. */
    OK,
    /** Not the leader (any more), or not yet: ask again, perhaps another. */
    NOT_LEADER,
    OVERLOAD
  }

  /** To the leader's node: do this for me. */
  record Forward(long id, int attempt, Kind kind, byte[] body) implements PeerMessage {}

  /**
   * Is this still the writer?
   *
   * @param asker its own term
   */
  record Confirm(long epoch, String persistenceId, LeadCheck.Term asker) {}

  record Answer(long id, int attempt, Status status, byte[] body) implements PeerMessage {}

  record WhoAreYou(long nonce) implements PeerMessage {}

  /**
   * @param initialMembers those the group began with, as far as this node knows; may be empty
   * @param members those it has now, as far as this node knows
   * @param leads whether it leads the group and has had a majority's word for it
   */
  record IAm(
      long nonce,
      String cluster,
      String node,
      String peerId,
      boolean hasGroup,
      List<Member> initialMembers,
      List<Member> members,
      boolean leads)
      implements PeerMessage {}

  /** To all: whoever leads, take me in. */
  record Join(long nonce, Member member) implements PeerMessage {}

  /** {@code problem} is empty when the member is in. */
  record JoinAnswer(long nonce, String problem) implements PeerMessage {}

  /** What was your digest at this log index? */
  record AskDigest(long nonce, long index) implements PeerMessage {}

  /** Which Raft term are you in? To that member only, not to a later one of the same node. */
  record AskTerm(long nonce, String peerId) implements PeerMessage {}

  record TermIs(long nonce, long term) implements PeerMessage {}

  /** {@code digest} is empty when the index hasn't been reached or is long past. */
  record DigestIs(long nonce, String digest) implements PeerMessage {}
}
