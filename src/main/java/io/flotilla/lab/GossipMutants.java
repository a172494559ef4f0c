package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Gossip.Msg;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Gossip with one wrong rule each. */
public final class GossipMutants {
  private GossipMutants() {}

  /** One round, with two targets drawn from all nodes, including itself. */
  public static Behavior<Msg> oneRoundMaybeItself(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Gossip(ctx, host, timers) {
                      @Override
                      protected boolean passesOn() {
                        return false;
                      }

                      @Override
                      protected List<String> whomToTell() {
                        List<String> all = new ArrayList<>(host.all());
                        Collections.shuffle(all, host.random());
                        return all.subList(0, FANOUT);
                      }
                    }));
  }

  /** Nodes keep rumors they hear to themselves; only the first node tells. */
  public static Behavior<Msg> onlyTheFirstTells(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Gossip(ctx, host, timers) {
                      @Override
                      protected boolean passesOn() {
                        return false;
                      }
                    }));
  }

  /** As many messages as other nodes, but each target drawn anew: some twice, some never. */
  public static Behavior<Msg> drawsAnew(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Gossip(ctx, host, timers) {
                      @Override
                      protected List<String> whomToTell() {
                        List<String> others = host.others();
                        List<String> drawn = new ArrayList<>();
                        for (int i = 0; i < others.size(); i++) {
                          drawn.add(others.get(host.random().nextInt(others.size())));
                        }
                        return drawn;
                      }
                    }));
  }
}
