package io.flotilla.cluster;

import akka.cluster.MemberStatus;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Seat;
import java.util.List;
import java.util.Set;

/** What a node does next to be in the cluster that the roster describes. */
sealed interface Step {
  /** Nothing: it is in. */
  record Rest() implements Step {}

  /** Nothing yet. */
  record Wait(String why) implements Step {}

  /** Ask the log for a seat. */
  record Enter() implements Step {}

  /** Start Akka's cluster: the log has made this node its founder. */
  record Found() implements Step {}

  /** Join Akka's cluster through those that are in. */
  record Through(List<Seat> seats) implements Step {}

  /** Tell the log that Akka has taken this node in, so that others may join through it. */
  record Sit() implements Step {}

  /** End this actor system, since its cluster is over, or has gone on without it. */
  record Leave(String why) implements Step {}

  /**
   * {@return the next step}
   *
   * @param roster as far as this node has applied the log
   * @param uid of this actor system
   * @param status how Akka sees this node
   * @param members the uids of those who Akka says are members; empty before it has joined
   * @param seen the last epoch in which somebody who was in was among the members; 0 if none was
   */
  static Step next(Roster roster, long uid, MemberStatus status, Set<Long> members, long seen) {
    Roster.Gone gone = roster.goneOf(uid);
    if (gone != null) {
      return new Leave("This node was taken out of the cluster (" + gone.why() + ")");
    }
    Seat seat = roster.seatOf(uid);
    if (seat == null) {
      return members.isEmpty() ? new Enter() : new Leave("The cluster this node was in is over");
    }
    if (seat.isIn()) {
      return members.isEmpty() ? new Found() : new Rest();
    }
    List<Seat> in = roster.in();
    if (members.isEmpty()) {
      return in.isEmpty() ? new Enter() : new Through(in);
    }
    if (seen != roster.epoch()) {
      return new Leave("This node is in another cluster than that of epoch " + roster.epoch());
    }
    if (status == MemberStatus.up()) {
      return new Sit();
    }
    return in.isEmpty()
        ? new Leave("All others have left the cluster before this node was in")
        : new Wait("it waits until the cluster takes it in");
  }

  /** {@return whether one of these is among the members} */
  static boolean isKnown(List<Seat> in, Set<Long> members) {
    return in.stream().anyMatch(other -> members.contains(other.who().uid()));
  }
}
