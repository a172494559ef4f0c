package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import io.flotilla.wire.Message;
import java.util.List;

/** Messages between the logs of two nodes, sent over Akka at most once; the asker repeats. */
sealed interface PeerMessage extends Message {

  /** Answers what {@link PeerLink#ask} asked. */
  sealed interface ToAsker extends PeerMessage {
    /** The question's. */
    long nonce();
  }

  /** The content of a {@link Forward}. */
  enum Kind {
    /** An encoded {@link Command}. */
    WRITE,
    /** An encoded {@link Confirm}. */
    CONFIRM
  }

  /** The outcome of a {@link Forward}. */
  enum Status {
    /** The body is an encoded {@link Reply}. */
    OK,
    /** Not the leader, no longer or not yet: ask again, perhaps another node. */
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

  /** Several of either, each to be taken for itself. */
  record Several(List<Forward> forwards, List<Answer> answers) implements PeerMessage {}

  record WhoAreYou(long nonce) implements PeerMessage {}

  /**
   * @param initialMembers the group's first members, as far as this node knows; may be empty
   * @param members its current members, as far as this node knows
   * @param leads whether it leads the group, as confirmed by a majority
   * @param protocol see {@link Roster#PROTOCOL}
   * @param generation the life of the cluster that the group belongs to, see {@link Generation}
   */
  record IAm(
      long nonce,
      String cluster,
      String node,
      String peerId,
      boolean hasGroup,
      List<Member> initialMembers,
      List<Member> members,
      boolean leads,
      int protocol,
      long generation)
      implements ToAsker {}

  /**
   * To all: whichever of you leads, admit me.
   *
   * @param cluster its name; empty if an earlier version asks
   * @param told whether an operator wants it to join; if not, it may only come in place of its old
   *     disk, or as a seed
   */
  record Join(long nonce, Member member, String cluster, boolean told) implements PeerMessage {}

  /**
   * @param problem is empty once the member is admitted
   * @param leads whether a leader says so
   * @param leader where the leader's Akka listens; empty if that isn't known
   */
  record JoinAnswer(long nonce, String problem, boolean leads, String leader) implements ToAsker {}

  /** To a node that may have no group yet: join ours, of which these are members. */
  record Invite(long nonce, String cluster, long generation, List<String> addresses)
      implements PeerMessage {}

  enum Invited {
    /** It will ask for a place, or does already. */
    JOINS,
    /** It is a member of its group. */
    MEMBER,
    OTHER_CLUSTER
  }

  record InviteAnswer(long nonce, Invited outcome, String peerId, String cluster)
      implements ToAsker {}

  /** Was this disk removed, and is the group without it? */
  record AskRemoved(long nonce, String peerId) implements PeerMessage {}

  /**
   * Negative and empty if the asked member doesn't know it for certain.
   *
   * @param successor the Raft address of another disk of the node that is a member instead
   */
  record RemovedIs(long nonce, boolean removed, String successor) implements ToAsker {}

  /** What a {@link Change} is to do. */
  enum What {
    REMOVE,
    /** Make it the leader. */
    LEAD,
    /** Only look whether it is a voter. */
    PROMOTE
  }

  /** To the leader: see {@link Group}. It is asked again until it is done. */
  record Change(long nonce, What what, String member) implements PeerMessage {}

  enum Progress {
    /** This member doesn't lead. */
    ELSEWHERE,
    UNDER_WAY,
    DONE,
    REFUSED
  }

  /**
   * @param reason if it was refused
   * @param text why it was refused, or what it waits for
   */
  record ChangeIs(long nonce, Progress progress, ChangeRefusedException.Reason reason, String text)
      implements ToAsker {}

  /** What was your digest at this log index? */
  record AskDigest(long nonce, long index) implements PeerMessage {}

  /** Which Raft term are you in? For this member only, not for a later one of the same node. */
  record AskTerm(long nonce, String peerId) implements PeerMessage {}

  record TermIs(long nonce, long term) implements ToAsker {}

  /** Where does your log end? For this member only, as with {@link AskTerm}. */
  record AskEnd(long nonce, String peerId) implements PeerMessage {}

  record EndIs(long nonce, RaftView.End end) implements ToAsker {}

  /** {@code digest} is empty when the index hasn't been reached or is long past. */
  record DigestIs(long nonce, String digest) implements ToAsker {}

  /** To the leader: who belongs to the group? */
  record AskGroup(long nonce) implements PeerMessage {}

  /**
   * @param view has no servers if the asked member doesn't lead
   */
  record GroupIs(long nonce, Group.View view) implements ToAsker {}
}
