package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.LightNode.*;

/** Has the whole block. The one called "liar" makes proofs up. */
class FullNode extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final Merkle tree;

  FullNode(ActorContext<Msg> ctx, Host<Msg> host, Merkle tree) {
    super(ctx);
    this.host = host;
    this.tree = tree;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder().onMessage(Ask.class, this::onAsk).build();
  }

  private Behavior<Msg> onAsk(Ask ask) {
    int at = LightNode.BLOCK.indexOf(ask.payment());
    if (host.id().equals("liar")) {
      host.tell(ask.from(), host.random().nextBoolean() ? invented() : twoHashes());
    } else if (at >= 0) {
      host.tell(ask.from(), new Proof(host.id(), ask.payment(), tree.proof(LightNode.BLOCK, at)));
    }
    return this;
  }

  /** The proof of another payment. */
  private Proof invented() {
    return new Proof(host.id(), "Ana pays the liar", tree.proof(LightNode.BLOCK, 2));
  }

  /** An inner node shown as if it were a payment, with the rest of the way. */
  private Proof twoHashes() {
    var way = tree.proof(LightNode.BLOCK, 0);
    return new Proof(host.id(), tree.pair(LightNode.BLOCK), way.subList(1, way.size()));
  }

  @Override
  public String toString() {
    return LightNode.BLOCK.size() + " payments";
  }
}
