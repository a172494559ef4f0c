package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.LightNode.Msg;
import io.flotilla.lab.LightNode.Proof;

/** The light node with one wrong rule each. */
public final class LightNodeMutants {
  private LightNodeMutants() {}

  /** A proof is a proof: nobody climbs it. */
  public static Behavior<Msg> believesTheAnswer(Host<Msg> host) {
    return host.id().equals("light")
        ? Nodes.timed(
            (ctx, timers) ->
                new LightNode(ctx, host, timers, Merkle.TAGGED) {
                  @Override
                  protected boolean leadsTo(String root, Merkle tree, Proof proof) {
                    return !proof.steps().isEmpty();
                  }
                })
        : LightNode.create(host);
  }

  /** Leaves and inner nodes are hashed alike, as in Bitcoin: one can pass for the other. */
  public static Behavior<Msg> noTags(Host<Msg> host) {
    return LightNode.create(host, new Merkle("", ""));
  }
}
