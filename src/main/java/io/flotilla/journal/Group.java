package io.flotilla.journal;

import akka.Done;
import io.flotilla.journal.ChangeRefusedException.Reason;
import io.flotilla.journal.PeerMessage.ChangeIs;
import io.flotilla.journal.PeerMessage.Progress;
import io.flotilla.journal.PeerMessage.What;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The members of the Raft group as its leader knows them, and the ways to change them, from any
 * node.
 *
 * <p>Ask again if a stage fails: repeats change nothing more. A {@link ChangeRefusedException} says
 * why nothing was done, a {@link NoQuorumException} that no leader answered, an {@link
 * OutcomeUnknownException} that it may have been done, or still be, an {@link OverloadException}
 * that this node has too many questions under way.
 *
 * <p>Thread-safe. Don't block in what follows on a stage.
 */
public final class Group {
  /**
   * @param index of the configuration in the log
   * @param term the leader's
   * @param servers voters, then those that are being caught up
   */
  public record View(long index, long term, List<Server> servers) {
    static final View NONE = new View(0, 0, List.of());

    public View {
      servers = List.copyOf(servers);
    }
  }

  /**
   * @param address where its Raft server listens, as {@code host:port}
   * @param clusterAddress where its Akka listens, empty if unknown
   * @param voter false while it is being caught up
   * @param match up to where it is known to have the log
   * @param silentMillis since the leader last heard from it; 0 for the leader itself
   */
  public record Server(
      String node,
      String peerId,
      String address,
      String clusterAddress,
      boolean leader,
      boolean voter,
      long match,
      long silentMillis) {}

  private static final long ASK_MILLIS = 1000;

  private final JournalSettings settings;
  private final LeaderLine line;
  private final PeerLink link;
  private final GroupView view;
  private final Changes changes;
  private final Formation formation;
  private final Contacts contacts;
  private final Members members;

  Group(
      JournalSettings settings,
      LeaderLine line,
      PeerLink link,
      GroupView view,
      Changes changes,
      Formation formation,
      Contacts contacts,
      Members members) {
    this.settings = settings;
    this.line = line;
    this.link = link;
    this.view = view;
    this.changes = changes;
    this.formation = formation;
    this.contacts = contacts;
    this.members = members;
  }

  /** Asks the leader. */
  public CompletionStage<View> view() {
    return line.ask(new AskView());
  }

  private final class AskView implements LeaderLine.Question<View> {
    @Override
    public View here() {
      return view.now();
    }

    @Override
    public CompletableFuture<View> there(String leader, long millis) {
      return link.ask(leader, PeerMessage.AskGroup::new, PeerMessage.GroupIs.class, millis)
          .thenApply(answer -> answer == null ? null : answer.view());
    }

    @Override
    public boolean answeredBy(View answer) {
      return !answer.servers().isEmpty();
    }

    @Override
    public JournalException unanswered(boolean sent, View last) {
      return new NoQuorumException("no leader of the group answered");
    }
  }

  /**
   * Takes a member out of the group: its disk may not come back, and its process ends. Completes
   * when the group is without it.
   *
   * @param member a node's name, or the peer id of its disk
   */
  public CompletionStage<Done> remove(String member) {
    return change(What.REMOVE, member);
  }

  /**
   * Completes when this member leads.
   *
   * @param member see {@link #remove}; empty: the one that has most of the log
   */
  public CompletionStage<Done> transferLead(String member) {
    return member.isEmpty()
        ? view().thenCompose(now -> change(What.LEAD, next(now)))
        : change(What.LEAD, member);
  }

  private String next(View now) {
    return now.servers().stream()
        .filter(s -> s.voter() && !s.leader() && s.silentMillis() < settings.patienceMillis())
        .max(Comparator.comparingLong(Server::match))
        .orElseThrow(
            () ->
                new ChangeRefusedException(
                    Reason.LEAVES_NO_QUORUM, "no other member that is running could lead"))
        .peerId();
  }

  /** Completes when this member, which may still have to be caught up, is a voter. */
  public CompletionStage<Done> promote(String member) {
    return change(What.PROMOTE, member);
  }

  private CompletionStage<Done> change(What what, String member) {
    return line.ask(new AskChange(what, member)).thenApply(done -> Done.getInstance());
  }

  private final class AskChange implements LeaderLine.Question<ChangeIs> {
    private final What what;
    private final String member;

    AskChange(What what, String member) {
      this.what = what;
      this.member = member;
    }

    @Override
    public ChangeIs here() {
      return changes.ask(new PeerMessage.Change(0, what, member));
    }

    @Override
    public CompletableFuture<ChangeIs> there(String leader, long millis) {
      return link.ask(
          leader, nonce -> new PeerMessage.Change(nonce, what, member), ChangeIs.class, millis);
    }

    @Override
    public boolean answeredBy(ChangeIs answer) {
      if (answer.progress() == Progress.REFUSED) {
        throw new ChangeRefusedException(answer.reason(), answer.text());
      }
      return answer.progress() == Progress.DONE;
    }

    @Override
    public JournalException unanswered(boolean sent, ChangeIs last) {
      if (what == What.PROMOTE && last != null && last.progress() == Progress.UNDER_WAY) {
        return new ChangeRefusedException(Reason.NOT_CAUGHT_UP, last.text());
      }
      return sent
          ? new OutcomeUnknownException(
              "the change isn't done yet, but may still be: "
                  + (last == null ? "no leader of the group answered" : last.text()))
          : new NoQuorumException("no leader of the group answered");
    }
  }

  /**
   * Completes when the node whose Akka listens there knows that it is to join this one's group, or
   * has a place in it. If this node has no group yet, it joins that one's.
   */
  public CompletionStage<Done> invite(String host, int clusterPort) {
    String address;
    try {
      address = Seed.addresses(List.of(host + ":" + clusterPort)).get(0);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          new ChangeRefusedException(Reason.NOT_REACHABLE, e.getMessage()));
    }
    if (!formation.hasGroup()) {
      contacts.invitedTo(List.of(address));
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    return link.askAt(address, this::invitation, PeerMessage.InviteAnswer.class, ASK_MILLIS)
        .thenCompose(answer -> invited(address, answer));
  }

  private PeerMessage invitation(long nonce) {
    List<String> addresses =
        members.byId().values().stream()
            .filter(m -> m.clusterPort() != Members.UNKNOWN_PORT)
            .map(Seed::clusterAddress)
            .limit(Contacts.MOST)
            .toList();
    return new PeerMessage.Invite(nonce, settings.clusterName(), formation.generation(), addresses);
  }

  private CompletionStage<Done> invited(String address, PeerMessage.InviteAnswer answer) {
    if (answer == null) {
      throw new ChangeRefusedException(
          Reason.NOT_REACHABLE,
          "no node answers at "
              + address
              + ", which must be its cluster port, spelled as the node's own --host");
    }
    if (answer.outcome() == PeerMessage.Invited.JOINS) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    // Clusters that were formed apart may have the same name.
    return answer.outcome() == PeerMessage.Invited.MEMBER
        ? view().thenApply(now -> ours(now, address, answer))
        : CompletableFuture.failedFuture(stranger(address, answer));
  }

  private static Done ours(View now, String address, PeerMessage.InviteAnswer answer) {
    if (now.servers().stream().noneMatch(s -> s.peerId().equals(answer.peerId()))) {
      throw stranger(address, answer);
    }
    return Done.getInstance();
  }

  private static ChangeRefusedException stranger(String address, PeerMessage.InviteAnswer answer) {
    return new ChangeRefusedException(
        Reason.OTHER_CLUSTER,
        RaftNode.nodeOf(answer.peerId())
            + " at "
            + address
            + " belongs to another cluster, named "
            + answer.cluster());
  }
}
