package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.RaftMsg.Durable;
import io.flotilla.lab.RaftMsg.RequestVote;
import java.util.SortedMap;

/** Raft with one wrong rule each. */
public final class RaftMutants {
  private RaftMutants() {}

  /** A node that restarts has forgotten its vote. */
  public static Behavior<RaftMsg> forgetsItsVote(Host<RaftMsg> host) {
    return Raft.create(
        host,
        (ctx, peers, timers) ->
            new Raft(ctx, peers, timers) {
              @Override
              protected Durable recall(Storage storage) {
                Durable kept = super.recall(storage);
                return new Durable(kept.term(), "", kept.log());
              }
            });
  }

  /** Votes are counted against the votes received, not against the cluster. */
  public static Behavior<RaftMsg> majorityOfAnswers(Host<RaftMsg> host) {
    return Raft.create(
        host,
        (ctx, peers, timers) ->
            new Raft(ctx, peers, timers) {
              @Override
              protected boolean hasWon(SortedMap<String, Boolean> answers) {
                long yes = answers.values().stream().filter(granted -> granted).count();
                return yes * 2 > answers.size();
              }
            });
  }

  /** Any candidate gets the vote, however short its log. */
  public static Behavior<RaftMsg> anyCandidate(Host<RaftMsg> host) {
    return Raft.create(
        host,
        (ctx, peers, timers) ->
            new Raft(ctx, peers, timers) {
              @Override
              protected boolean isUpToDate(RequestVote m) {
                return true;
              }
            });
  }

  /** "Once a majority has the entry it is written": even entries of earlier terms (figure 8). */
  public static Behavior<RaftMsg> commitsOldTerms(Host<RaftMsg> host) {
    return Raft.create(
        host,
        (ctx, peers, timers) ->
            new Raft(ctx, peers, timers) {
              @Override
              protected boolean mayCommit(int index) {
                return true;
              }
            });
  }
}
