package io.flotilla.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who belongs together: the part of the replicated state by which the nodes form one Akka cluster.
 *
 * <p>An actor system takes a <em>seat</em> for its node before it joins. Whoever enters while
 * nobody is IN founds an <em>epoch</em>: it joins itself. All others join those who are IN, and are
 * IN themselves once they have arrived. The log puts all this in one order, so an epoch has one
 * founder, and one cluster.
 *
 * <ul>
 *   <li>A seat ends in two ways only: by {@link Command.Out}, or when its node enters with another
 *       actor system. Both are in the log, so nobody is out because one node thinks so.
 *   <li>A {@code uid} that has lost its seat is gone for good: that actor system has to end, and
 *       its node enters again with another one.
 *   <li>An epoch begins only when nobody is IN. Seats of those still on their way stay: they join
 *       the founder instead.
 * </ul>
 *
 * <p>Immutable and a pure function of the log. All versions of Flotilla must compute the same: to
 * change a rule here takes a new command, see docs/decisions/0026.
 *
 * @param epoch the log index at which it was founded; 0 before the first
 * @param founder the node that founded it
 * @param seats by node
 * @param gone the last lives that lost their seats, oldest first
 * @param removed when operators removed which disks, by peer id: they may not come back
 */
public record Roster(
    long epoch,
    String founder,
    Map<String, Seat> seats,
    List<Gone> gone,
    Map<String, Long> removed) {

  /**
   * The version of what nodes say to each other and write to their common log. It rises when a
   * version of Flotilla begins to use something that earlier ones don't know; a node may use it
   * once all members of the group have said that number ({@link Spoken}).
   */
  public static final int PROTOCOL = 4;

  public static final Roster EMPTY = new Roster(0, "", Map.of(), List.of(), Map.of());

  static final int GONE_KEPT = 64;
  static final int REMOVED_KEPT = 1000;

  public Roster {
    seats = Collections.unmodifiableMap(new TreeMap<>(seats));
    gone = List.copyOf(gone);
    removed = Collections.unmodifiableMap(new TreeMap<>(removed));
  }

  /**
   * One life of a node: an actor system.
   *
   * @param peerId its disk, see {@link LogStatus#peerId()}
   * @param uid Akka's, unique to this life
   * @param host where the two ports are
   * @param http where its HTTP API is, as {@code host:port}
   * @param protocol the newest version of it that it understands, see {@link #PROTOCOL}
   */
  public record Occupant(
      String node,
      String peerId,
      long uid,
      String host,
      int clusterPort,
      int raftPort,
      String http,
      int protocol) {}

  /**
   * @param since the log index at which it was taken
   */
  public record Seat(Occupant who, Status status, long since) {
    public boolean isIn() {
      return status == Status.IN;
    }
  }

  /** How far the occupant of a seat has come. */
  public enum Status {
    JOINING,
    /** It has arrived in the epoch's cluster: others may join it. */
    IN
  }

  /** A life that has lost its seat. */
  public record Gone(String node, long uid, Why why) {}

  /** Why a seat ended. */
  public enum Why {
    /** Its node entered with another actor system. */
    REPLACED,
    /** Its ports refuse connections: the process has ended. */
    CRASHED,
    /** The Raft leader hasn't heard of it for too long. */
    SILENT,
    /** It and another member can't reach each other. */
    CUT,
    /** It ended in good order. */
    LEFT,
    /** An operator put it out. */
    REMOVED
  }

  /** The answer to {@link Command.Enter}: what to do now. */
  public enum Outcome {
    /** Join yourself: the epoch is yours to found. */
    FOUND,
    /** Join those who are IN. */
    JOIN,
    /** This actor system has lost its seat and gets no other: end it, enter with a new one. */
    GONE,
    /** An operator removed this disk: end the process. */
    REMOVED
  }

  /**
   * @param in those who are in it
   */
  public record Entry(Outcome outcome, long epoch, List<Seat> in) {}

  /** The roster after a command, and the reply. */
  record Step(Roster roster, Reply reply) {}

  // ---- questions

  /** The seats of those who are IN, by node. */
  public List<Seat> in() {
    return seats.values().stream().filter(Seat::isIn).toList();
  }

  /** The seat of this life, or null. */
  public Seat seatOf(long uid) {
    return seats.values().stream().filter(s -> s.who().uid() == uid).findFirst().orElse(null);
  }

  /**
   * Whether the present epoch is this life's to found: it joins itself, unless it has. Ask again
   * after each change: a repeat of {@link Command.Enter} that comes late may also found.
   */
  public boolean isFounder(long uid) {
    Seat seat = seatOf(uid);
    return seat != null && seat.since() == epoch && seat.who().node().equals(founder);
  }

  /** How this life lost its seat; null if it didn't, or others have since. */
  public Gone goneOf(long uid) {
    return gone.stream().filter(g -> g.uid() == uid).findFirst().orElse(null);
  }

  /** Names of the nodes whose disks were removed. */
  public Set<String> removedNodes() {
    return removed.keySet().stream().map(RaftNode::nodeOf).collect(Collectors.toSet());
  }

  public boolean isRemoved(String peerId) {
    return removed.containsKey(peerId);
  }

  // ---- commands

  Step apply(long index, Command.OfRoster command) {
    if (command instanceof Command.Enter c) {
      return enter(index, c);
    }
    if (command instanceof Command.Seated c) {
      return seated(index, c);
    }
    Reply done = new Reply.Done(index);
    if (command instanceof Command.Out c) {
      Seat seat = seatOf(c.uid());
      return new Step(seat == null ? this : without(seat, c.why()), done);
    }
    if (command instanceof Command.Remove c) {
      return new Step(isRemoved(c.peerId()) ? this : withRemoved(c.peerId(), index), done);
    }
    String forgiven = ((Command.Forgive) command).peerId();
    return new Step(isRemoved(forgiven) ? withoutRemoved(forgiven) : this, done);
  }

  private Step enter(long index, Command.Enter c) {
    Occupant who = c.who();
    if (isRemoved(who.peerId())) {
      return answered(Outcome.REMOVED);
    }
    if (goneOf(who.uid()) != null) {
      return answered(Outcome.GONE);
    }
    Roster next = entered(index, c);
    return next.answered(next.isFounder(who.uid()) ? Outcome.FOUND : Outcome.JOIN);
  }

  private Step answered(Outcome outcome) {
    return new Step(this, new Reply.Entered(new Entry(outcome, epoch, in())));
  }

  private Roster entered(long index, Command.Enter c) {
    Occupant who = c.who();
    Seat held = seats.get(who.node());
    boolean again = held != null && held.who().uid() == who.uid();
    Roster rest = held == null || again ? this : without(held, Why.REPLACED);
    if (!rest.in().isEmpty()) {
      return again ? this : rest.with(new Seat(who, Status.JOINING, index));
    }
    // Whoever comes again gets here too, if those it was to join are out.
    return rest.founded(index, who.node()).with(new Seat(who, Status.IN, index));
  }

  private Step seated(long index, Command.Seated c) {
    Seat seat = seatOf(c.uid());
    // Whoever has arrived in the cluster of another epoch has not arrived in this one's.
    if (seat == null || c.epoch() != epoch) {
      return new Step(this, new Reply.Refused("it has no seat in epoch " + c.epoch()));
    }
    Seat in = new Seat(seat.who(), Status.IN, seat.since());
    return new Step(seat.isIn() ? this : with(in), new Reply.Done(index));
  }

  // ---- parts of the above

  private Roster founded(long index, String by) {
    return new Roster(index, by, seats, gone, removed);
  }

  private Roster with(Seat seat) {
    Map<String, Seat> more = new TreeMap<>(seats);
    more.put(seat.who().node(), seat);
    return new Roster(epoch, founder, more, gone, removed);
  }

  private Roster without(Seat seat, Why why) {
    Occupant who = seat.who();
    Map<String, Seat> rest = new TreeMap<>(seats);
    rest.remove(who.node());
    List<Gone> all = new ArrayList<>(gone);
    all.add(new Gone(who.node(), who.uid(), why));
    List<Gone> last = all.subList(Math.max(0, all.size() - GONE_KEPT), all.size());
    return new Roster(epoch, founder, rest, last, removed);
  }

  private Roster withRemoved(String peerId, long index) {
    Map<String, Long> more = new TreeMap<>(removed);
    more.put(peerId, index);
    if (more.size() > REMOVED_KEPT) {
      more.values().remove(Collections.min(more.values()));
    }
    return new Roster(epoch, founder, seats, gone, more);
  }

  private Roster withoutRemoved(String peerId) {
    Map<String, Long> rest = new TreeMap<>(removed);
    rest.remove(peerId);
    return new Roster(epoch, founder, seats, gone, rest);
  }
}
