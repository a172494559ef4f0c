package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Bully.Msg;

/** The Bully election with one wrong rule each. */
public final class BullyMutants {
  private BullyMutants() {}

  /** "One more powerful takes care of it": after an OK the node waits forever. */
  public static Behavior<Msg> trustsTheOk(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Bully(ctx, host, timers) {
                      @Override
                      protected void afterOk() {
                        timers.cancel("wait");
                      }
                    }));
  }

  /** A node that recovers waits for the others to notice. */
  public static Behavior<Msg> noRejoin(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new Bully(ctx, host, timers) {
                      @Override
                      protected boolean electsOnStart() {
                        boolean first = host.storage().read("been here", Boolean.class).isEmpty();
                        host.storage().write("been here", true);
                        return first;
                      }
                    }));
  }
}
