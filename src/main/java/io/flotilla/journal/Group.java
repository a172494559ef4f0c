package io.flotilla.journal;

import akka.Done;
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

  private final LeaderLine line;
  private final PeerLink link;
  private final GroupView view;

  Group(LeaderLine line, PeerLink link, GroupView view) {
    this.line = line;
    this.link = link;
    this.view = view;
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
   * Takes a member out of the group: its disk may not come back. Completes when the group is
   * without it.
   *
   * @param member a node's name, or the peer id of its disk
   */
  public CompletionStage<Done> remove(String member) {
    throw new UnsupportedOperationException();
  }

  /**
   * Completes when this member leads.
   *
   * @param member see {@link #remove}; empty: whichever is next
   */
  public CompletionStage<Done> transferLead(String member) {
    throw new UnsupportedOperationException();
  }

  /** Completes when this member, which is being caught up, is a voter. */
  public CompletionStage<Done> promote(String member) {
    throw new UnsupportedOperationException();
  }

  /**
   * Completes when the node whose Akka listens there knows that it is to join this one's group. If
   * this node has none, it joins that one's.
   */
  public CompletionStage<Done> invite(String host, int clusterPort) {
    throw new UnsupportedOperationException();
  }
}
