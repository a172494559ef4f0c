package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.RingElection.Msg;
import java.util.List;

/** The ring election with one wrong rule each. */
public final class RingMutants {
  private RingMutants() {}

  /** Every node hands the token to its neighbour, dead or alive. */
  public static Behavior<Msg> noSkipping(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RingElection(ctx, host, timers) {
                      @Override
                      protected void watch(int hop) {}
                    }));
  }

  /** The token goes round "until it returns to the node that started it". */
  public static Behavior<Msg> onlyTheStarterEnds(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RingElection(ctx, host, timers) {
                      @Override
                      protected boolean hasComeRound(RingElection.Token token) {
                        return token.met().get(0).equals(host.id());
                      }
                    }));
  }

  /** The node met last leads. */
  public static Behavior<Msg> lastOneLeads(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RingElection(ctx, host, timers) {
                      @Override
                      protected String choose(List<String> met) {
                        return met.get(met.size() - 1);
                      }
                    }));
  }
}
