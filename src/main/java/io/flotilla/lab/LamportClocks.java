package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;

/**
 * Lamport's logical clocks ("Time, Clocks, and the Ordering of Events in a Distributed System",
 * CACM 1978). Every event gets a number, so that a cause has a smaller number than its effect.
 *
 * <p>The converse does not hold: a smaller number does not mean a cause. Concurrent events get
 * numbers too, and one of them may be smaller.
 */
public class LamportClocks extends AbstractBehavior<LamportClocks.Msg> {

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: an event that concerns only this node. */
  public record Act() implements Msg {}

  /** From outside: send to another node. */
  public record SendTo(String node) implements Msg {}

  /** A message between nodes, with the sender's clock. */
  public record Note(String from, int time) implements Msg {}

  /** An event and its number. */
  public record Stamped(String what, int time) implements Event {}

  private final Host<Msg> host;
  private int time;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.setup(ctx -> new LamportClocks(ctx, host));
  }

  protected LamportClocks(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Act.class, this::onAct)
        .onMessage(SendTo.class, this::onSendTo)
        .onMessage(Note.class, this::onNote)
        .build();
  }

  /** IR1: each process increments its clock between any two successive events. */
  private Behavior<Msg> onAct(Act act) {
    time = tick(time);
    host.report(new Stamped("act", time));
    return this;
  }

  /**
   * IR2 (a): the message carries the clock of its own sending, which is an event like any other.
   */
  private Behavior<Msg> onSendTo(SendTo send) {
    time = tickOnSend(time);
    host.report(new Stamped("send", time));
    host.tell(send.node(), new Note(host.id(), time));
    return this;
  }

  private Behavior<Msg> onNote(Note note) {
    time = onReceipt(time, note.time());
    host.report(new Stamped("receive", time));
    return this;
  }

  protected int tick(int own) {
    return own + 1;
  }

  protected int tickOnSend(int own) {
    return tick(own);
  }

  /**
   * IR2 (b): greater than the message's number, not only than its own; and greater, not equal:
   * receiving happens after sending.
   */
  protected int onReceipt(int own, int theirs) {
    return Math.max(own, theirs) + 1;
  }

  @Override
  public String toString() {
    return "clock " + time;
  }
}
