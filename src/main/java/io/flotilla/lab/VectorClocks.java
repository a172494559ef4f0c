package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Vector clocks (Fidge 1988; Mattern, "Virtual Time and Global States of Distributed Systems",
 * 1989). Entry i of an event's vector says how many events of node i it knows of. Unlike Lamport's
 * numbers they work both ways: V(a) &lt; V(b) if and only if a happened before b.
 */
public class VectorClocks extends AbstractBehavior<VectorClocks.Msg> {

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: an event that concerns only this node. */
  public record Act() implements Msg {}

  /** From outside: send to another node. */
  public record SendTo(String node) implements Msg {}

  /** A message between nodes, with the sender's vector. */
  public record Note(String from, List<Integer> vector) implements Msg {}

  /** An event and its vector. */
  public record Stamped(String what, List<Integer> vector) implements Event {

    /** Less or equal in every entry, and less in one. */
    public boolean isBefore(Stamped other) {
      for (int i = 0; i < vector.size(); i++) {
        if (vector.get(i) > other.vector.get(i)) {
          return false;
        }
      }
      return !vector.equals(other.vector);
    }
  }

  private final Host<Msg> host;
  private final int self;
  private List<Integer> vector;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.setup(ctx -> new VectorClocks(ctx, host));
  }

  protected VectorClocks(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
    this.self = host.all().indexOf(host.id());
    this.vector = Collections.nCopies(host.all().size(), 0);
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Act.class, this::onAct)
        .onMessage(SendTo.class, this::onSendTo)
        .onMessage(Note.class, this::onNote)
        .build();
  }

  private Behavior<Msg> onAct(Act act) {
    vector = tick(vector, self);
    host.report(new Stamped("act", vector));
    return this;
  }

  /** Mattern, section 6: sending is an event, so it ticks before the vector leaves. */
  private Behavior<Msg> onSendTo(SendTo send) {
    vector = tickOnSend(vector, self);
    host.report(new Stamped("send", vector));
    host.tell(send.node(), new Note(host.id(), vector));
    return this;
  }

  /** First learn what the sender knew, then count the receipt, in this node's own entry only. */
  private Behavior<Msg> onNote(Note note) {
    List<Integer> merged = new ArrayList<>(vector);
    for (int i = 0; i < merged.size(); i++) {
      merged.set(i, Math.max(merged.get(i), note.vector().get(i)));
    }
    vector = tickOnReceipt(merged, self, host.all().indexOf(note.from()));
    host.report(new Stamped("receive", vector));
    return this;
  }

  protected List<Integer> tickOnSend(List<Integer> own, int me) {
    return tick(own, me);
  }

  protected List<Integer> tickOnReceipt(List<Integer> merged, int me, int sender) {
    return tick(merged, me);
  }

  protected static List<Integer> tick(List<Integer> vector, int entry) {
    List<Integer> next = new ArrayList<>(vector);
    next.set(entry, next.get(entry) + 1);
    return List.copyOf(next);
  }

  @Override
  public String toString() {
    return vector.toString();
  }
}
