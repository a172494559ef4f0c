package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Tracker.Msg;
import java.util.List;

/** The hybrid network with one wrong rule each. */
public final class TrackerMutants {
  private TrackerMutants() {}

  /** Takes the first of the list each time, be it alive or not. */
  public static Behavior<Msg> asksTheFirst(Host<Msg> host) {
    if (host.id().equals("tracker")) {
      return Tracker.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new TrackerPeer(ctx, host, timers) {
                      @Override
                      protected String choose(List<String> peers, int attempt) {
                        return peers.get(0);
                      }
                    }));
  }

  /** Has itself listed before it has the file. */
  public static Behavior<Msg> listsItselfFirst(Host<Msg> host) {
    if (host.id().equals("tracker")) {
      return Tracker.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new TrackerPeer(ctx, host, timers) {
                      @Override
                      protected boolean listsItselfFirst() {
                        return true;
                      }
                    }));
  }
}
