package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.PaxosMsg.Acceptor;
import io.flotilla.lab.PaxosMsg.Proposal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Paxos with one wrong rule each. */
public final class PaxosMutants {
  private PaxosMutants() {}

  /** In phase 2 the proposer sends "its proposed value", whatever the promises reported. */
  public static Behavior<PaxosMsg> ownValue(Host<PaxosMsg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Paxos(ctx, host, timers) {
                      @Override
                      protected String valueFor(List<Proposal> known, String own) {
                        return own;
                      }
                    }));
  }

  /** It adopts a reported value, but not the one with the highest number. */
  public static Behavior<PaxosMsg> lowestNumber(Host<PaxosMsg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Paxos(ctx, host, timers) {
                      @Override
                      protected String valueFor(List<Proposal> known, String own) {
                        return known.stream()
                            .min(Comparator.comparing(Proposal::ballot))
                            .map(Proposal::value)
                            .orElse(own);
                      }
                    }));
  }

  /** The acceptor's promises are in memory only. */
  public static Behavior<PaxosMsg> forgetsItsPromises(Host<PaxosMsg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Paxos(ctx, host, timers) {
                      @Override
                      protected Optional<Acceptor> recall(Storage storage) {
                        return Optional.empty();
                      }
                    }));
  }

  /** The learner counts every acceptance, regardless of its number. */
  public static Behavior<PaxosMsg> mixesBallots(Host<PaxosMsg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Paxos(ctx, host, timers) {
                      @Override
                      protected String ballotBox(Proposal proposal) {
                        return "all";
                      }
                    }));
  }
}
