package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.ProofOfWork.Msg;
import java.util.List;

/** Proof of work with one wrong rule each. */
public final class ProofOfWorkMutants {
  private ProofOfWorkMutants() {}

  /** No fork choice: only what continues one's own chain is taken. */
  public static Behavior<Msg> firstSeenStays(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new ProofOfWork(ctx, host, timers) {
              @Override
              protected boolean isBetter(List<Block> other, List<Block> mine) {
                return super.isBetter(other, mine) && other.subList(0, mine.size()).equals(mine);
              }
            });
  }

  /** Whatever chain comes is followed. */
  public static Behavior<Msg> lastSeenWins(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new ProofOfWork(ctx, host, timers) {
              @Override
              protected boolean isBetter(List<Block> other, List<Block> mine) {
                return true;
              }
            });
  }

  /** A payment is good if its coin isn't spent in the last block; nobody looks further back. */
  public static Behavior<Msg> looksAtTheLastBlock(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new ProofOfWork(ctx, host, timers) {
              @Override
              protected boolean maySpend(List<Block> chain, String payment) {
                return super.maySpend(
                    chain.subList(Math.max(0, chain.size() - 1), chain.size()), payment);
              }

              @Override
              protected boolean isValid(List<Block> chain) {
                return true;
              }
            });
  }
}
