package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.Parity.*;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps a block, and the one before it as long as it may be needed. */
class ParityDisk extends AbstractBehavior<Msg> {
  private final Host<Msg> host;

  ParityDisk(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Put.class, this::onPut)
        .onMessage(Ask.class, m -> reply(new Has(host.id(), m.read(), blocks())))
        .build();
  }

  private SortedMap<Integer, Integer> blocks() {
    return host.storage().read("blocks", Blocks.class).map(Blocks::byVersion).orElse(none());
  }

  /** A new disk is full of zeros, and so fits to the others. */
  private static SortedMap<Integer, Integer> none() {
    SortedMap<Integer, Integer> zeros = new TreeMap<>();
    zeros.put(0, 0);
    return zeros;
  }

  private Behavior<Msg> onPut(Put put) {
    SortedMap<Integer, Integer> more = new TreeMap<>(blocks());
    more.put(put.version(), put.block());
    more.headMap(oldestNeeded(put)).clear();
    host.storage().write("blocks", new Blocks(more));
    return reply(new Kept(host.id(), put.version()));
  }

  /** Only what all have replaced is needed by nobody. */
  protected int oldestNeeded(Put put) {
    return put.whole();
  }

  private Behavior<Msg> reply(Msg message) {
    host.tell("array", message);
    return this;
  }

  @Override
  public String toString() {
    return "" + blocks();
  }
}
