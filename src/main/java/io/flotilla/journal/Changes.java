package io.flotilla.journal;

import io.flotilla.async.Futures;
import io.flotilla.journal.ChangeRefusedException.Reason;
import io.flotilla.journal.PeerMessage.Change;
import io.flotilla.journal.PeerMessage.ChangeIs;
import io.flotilla.journal.PeerMessage.Progress;
import io.flotilla.journal.RaftNode.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftClientReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's part in changes of the group's members: what it is asked for, and what is left to be
 * done by whoever leads. One change at a time.
 *
 * <p>A removal is decided by an entry of the log ({@link Command.Remove}). The leader, this one or
 * any later one, compares the roster with the configuration and takes out whoever was removed; so a
 * removal that was decided is never left half done. An admission isn't in the log: who wants to be
 * in asks until it is.
 *
 * <p>Thread-safe; nothing here blocks.
 */
final class Changes {
  private static final Logger LOGGER = LoggerFactory.getLogger(Changes.class);

  /** How long a removed node has to leave its seat by itself, handing over what it owns. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** For so long after somebody was to lead nobody is admitted, as Ratis does only one of both. */
  private static final long LEAD_FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** After a change has failed; while the lead is handed over nothing is written. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long TRANSFER_MILLIS = 1000;

  private final JournalSettings settings;
  private final Supplier<RaftNode> node;
  private final Supplier<Roster> roster;
  private final Seats seats;
  private final Members members;
  private final LongSupplier nanoTime;

  private final AtomicReference<String> said = new AtomicReference<>("");
  private volatile long failedNanos;

  // Guarded by this.
  private CompletableFuture<?> underWay = CompletableFuture.completedFuture(null);
  private String leadWanted = "";
  private long leadWantedNanos;
  private final Map<Long, Long> outSince = new HashMap<>();

  /** Since when this leader looks who is running, by the peer that is to go. */
  private final Map<String, Long> lookedSince = new HashMap<>();

  Changes(
      JournalSettings settings,
      Supplier<RaftNode> node,
      Supplier<Roster> roster,
      Seats seats,
      Members members,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.node = node;
    this.roster = roster;
    this.seats = seats;
    this.members = members;
    this.nanoTime = nanoTime;
    this.failedNanos = nanoTime.getAsLong() - PAUSE_NANOS;
  }

  // ---- what is asked for

  ChangeIs ask(Change change) {
    RaftNode n = node.get();
    if (n == null || !n.isLeaderReady()) {
      return new ChangeIs(
          change.nonce(), Progress.ELSEWHERE, Reason.UNKNOWN_MEMBER, "this node doesn't lead");
    }
    Answer answer =
        switch (change.what()) {
          case REMOVE -> remove(n, change.member());
          case LEAD -> lead(n, change.member());
          case PROMOTE -> promote(n, change.member());
        };
    return new ChangeIs(change.nonce(), answer.progress(), answer.reason(), answer.text());
  }

  private record Answer(Progress progress, Reason reason, String text) {
    static final Answer DONE = new Answer(Progress.DONE, Reason.UNKNOWN_MEMBER, "");

    static Answer underWay(String text) {
      return new Answer(Progress.UNDER_WAY, Reason.CHANGE_UNDER_WAY, text);
    }

    static Answer refused(Reason reason, String text) {
      return new Answer(Progress.REFUSED, reason, text);
    }

    static Answer unknown(String member) {
      return refused(
          Reason.UNKNOWN_MEMBER,
          member + " is no member of the group, and nobody is joining as it");
    }
  }

  private synchronized Answer remove(RaftNode n, String name) {
    Member member = find(GroupView.everybody(n), name);
    if (member == null) {
      boolean gone = roster.get().removed().keySet().stream().anyMatch(peer -> isNamed(peer, name));
      if (!gone) {
        return Answer.unknown(name);
      }
      return n.isSettled() ? Answer.DONE : Answer.underWay(name + " is being taken out");
    }
    if (roster.get().isRemoved(member.peerId())) {
      return Answer.underWay(name + " is being taken out");
    }
    if (!underWay.isDone()) {
      return Answer.underWay("another change of the members has to end first");
    }
    List<Member> rest = without(n.members(), member);
    Quorum quorum = judge(n, member, rest);
    if (quorum == null) {
      return Answer.underWay("the leader hasn't heard from all others since it was asked");
    }
    if (quorum.suffices(rest)) {
      LOGGER.info("{} is to be removed", member.peerId());
      begin("remove " + name, seats.remove(member.peerId()).toCompletableFuture());
      return Answer.underWay("the removal of " + name + " is being stored");
    }
    return Answer.refused(
        Reason.LEAVES_NO_QUORUM, "removing " + name + " would leave " + quorum.lacks(rest));
  }

  /**
   * Who of the rest is running if one leaves; null as long as that can't be said. Only answers
   * count that are later than the question: of those that died since their last one a majority may
   * be missing afterwards, and a removal that was decided can't be taken back.
   */
  private Quorum judge(RaftNode n, Member leaving, List<Member> rest) {
    long now = nanoTime.getAsLong();
    // Whoever asked and didn't ask again in this time has given up.
    long giveUp = TimeUnit.MILLISECONDS.toNanos(2 * settings.patienceMillis());
    long since =
        lookedSince.compute(
            leaving.peerId(), (peer, t) -> t == null || now - t > giveUp ? (Long) now : t);
    Quorum quorum = Quorum.of(n, settings).within(TimeUnit.NANOSECONDS.toMillis(now - since));
    if (!rest.isEmpty() && !quorum.suffices(rest) && quorum.isEarly()) {
      return null;
    }
    lookedSince.remove(leaving.peerId());
    return quorum;
  }

  /** Those that stay if this one goes, too. */
  private List<Member> without(List<Member> present, Member member) {
    Roster now = roster.get();
    return present.stream().filter(m -> !m.equals(member) && !now.isRemoved(m.peerId())).toList();
  }

  private synchronized Answer lead(RaftNode n, String name) {
    Member member = find(n.members(), name);
    if (member == null) {
      return Answer.unknown(name);
    }
    if (member.peerId().equals(n.peerId())) {
      return Answer.DONE;
    }
    if (roster.get().isRemoved(member.peerId())) {
      return Answer.refused(Reason.REMOVED, name + " is being removed, so it can't lead");
    }
    Quorum quorum = Quorum.of(n, settings);
    if (!quorum.isRunning(member) && !quorum.isEarly()) {
      return Answer.refused(Reason.NOT_REACHABLE, name + " doesn't answer, so it can't lead");
    }
    leadWanted = member.peerId();
    leadWantedNanos = nanoTime.getAsLong();
    if (underWay.isDone() && n.isSettled()) {
      transfer(n, member);
    }
    return Answer.underWay(name + " is to take the lead");
  }

  private void transfer(RaftNode n, Member member) {
    LOGGER.info("Handing the lead over to {}", member.peerId());
    begin(
        "hand the lead over to " + member.nodeId(),
        checked(n.transferLead(member.peerId(), TRANSFER_MILLIS)));
  }

  private static Answer promote(RaftNode n, String name) {
    if (find(n.members(), name) != null) {
      return n.isSettled() ? Answer.DONE : Answer.underWay(name + " is being made a voter");
    }
    Member learner = find(GroupView.everybody(n), name);
    return learner == null
        ? Answer.unknown(name)
        : Answer.underWay(
            name
                + " is being caught up: it has the log up to index "
                + GroupView.match(n, learner.peerId())
                + " of "
                + GroupView.lastIndex(n));
  }

  // ---- who wants to join

  /** Why nobody can be admitted at the moment; null if one can. */
  private String busy(RaftNode n) {
    boolean leadFirst =
        !leadWanted.isEmpty() && nanoTime.getAsLong() - leadWantedNanos < LEAD_FIRST_NANOS;
    boolean removalFirst = n.members().stream().anyMatch(m -> roster.get().isRemoved(m.peerId()));
    return !underWay.isDone() || !n.isSettled() || leadFirst || removalFirst
        ? "another change of the members has to end first"
        : null;
  }

  /** Begins to catch the newcomer up; returns what that waits for. */
  synchronized String admit(RaftNode n, Member newcomer) {
    String busy = busy(n);
    if (busy != null) {
      return busy;
    }
    List<Member> present = n.members();
    List<Member> next =
        Stream.concat(
                present.stream()
                    .filter(m -> !m.nodeId().equals(newcomer.nodeId()))
                    .map(members::complete),
                Stream.of(newcomer))
            .toList();
    LOGGER.info(
        next.size() > present.size() ? "Admitting {}" : "Admitting {} in place of its old disk",
        newcomer);
    begin("admit " + newcomer.nodeId(), checked(n.change(present, next)));
    return "it is being caught up";
  }

  // ---- what is left to be done

  /** To be called a few times a second. */
  synchronized void tick() {
    RaftNode n = node.get();
    if (n == null || !n.isLeaderReady()) {
      outSince.clear();
      lookedSince.clear();
      leadWanted = "";
      return;
    }
    if (!underWay.isDone() || !n.isSettled() || nanoTime.getAsLong() - failedNanos < PAUSE_NANOS) {
      return;
    }
    List<Member> removed =
        n.members().stream().filter(m -> roster.get().isRemoved(m.peerId())).toList();
    if (!removed.isEmpty()) {
      takeOut(n, removed);
    }
    vacate(n);
  }

  private void takeOut(RaftNode n, List<Member> removed) {
    Member self = find(removed, n.peerId());
    Member first = removed.stream().filter(m -> m != self).findFirst().orElse(null);
    if (first == null) {
      // Its closing would interrupt the group for an election, so it goes as a follower.
      Quorum.of(n, settings)
          .successor(without(n.members(), self))
          .ifPresentOrElse(next -> transfer(n, next), () -> say("nobody can lead"));
      return;
    }
    // What was true when the removal was decided may not be any more.
    List<Member> next = n.members().stream().filter(m -> !m.equals(first)).toList();
    Quorum quorum = judge(n, first, next);
    if (quorum == null) {
      return;
    }
    if (!quorum.suffices(next)) {
      say(first.nodeId() + " can't be taken out yet: that would leave " + quorum.lacks(next));
      return;
    }
    LOGGER.info("Taking {} out of the group", first.peerId());
    begin(
        "take " + first.nodeId() + " out",
        checked(n.change(n.members(), next.stream().map(members::complete).toList())));
  }

  /** A removed node leaves its seat by itself, if it can. */
  private void vacate(RaftNode n) {
    long now = nanoTime.getAsLong();
    Map<Long, Long> still = new HashMap<>();
    for (Roster.Seat seat : roster.get().seats().values()) {
      Roster.Occupant who = seat.who();
      if (roster.get().isRemoved(who.peerId()) && find(n.members(), who.peerId()) == null) {
        long since = outSince.getOrDefault(who.uid(), now);
        still.put(who.uid(), since);
        if (now - since > GRACE_NANOS) {
          still.put(who.uid(), now); // once in a while, until it is stored
          seats.out(who.uid(), Roster.Why.REMOVED);
        }
      }
    }
    outSince.clear();
    outSince.putAll(still);
  }

  // ---- parts of the above

  private void begin(String what, CompletableFuture<?> change) {
    underWay = change;
    change.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            failedNanos = nanoTime.getAsLong();
            say("Can't " + what + " yet: " + Futures.unwrap(failure).getMessage());
          }
        });
  }

  private static CompletableFuture<RaftClientReply> checked(
      CompletableFuture<RaftClientReply> change) {
    return change.thenApply(
        reply -> {
          if (!reply.isSuccess()) {
            throw new CompletionException(reply.getException());
          }
          return reply;
        });
  }

  /** Tried again and again, it would be said again and again. */
  private void say(String problem) {
    if (!problem.equals(said.getAndSet(problem))) {
      LOGGER.info("{}", problem);
    }
  }

  private static Member find(List<Member> members, String name) {
    return members.stream().filter(m -> isNamed(m.peerId(), name)).findFirst().orElse(null);
  }

  private static boolean isNamed(String peerId, String name) {
    return peerId.equals(name) || RaftNode.nodeOf(peerId).equals(name);
  }
}
