package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A reliable stream over a network that isn't (TCP's core: RFC 9293, section 3.8). Segments carry
 * numbers; the receiver puts them in order and acknowledges the first one that it lacks; the sender
 * sends again what isn't acknowledged, and has at most {@link #WINDOW} segments under way. The
 * network below is UDP's: it loses, duplicates and reorders.
 */
public class Tcp extends AbstractBehavior<Tcp.Msg> {
  /** How many segments may be under way. */
  public static final int WINDOW = 2;

  static final Duration RETRANSMIT = Duration.ofMillis(100);

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: the application writes. */
  public record Write(String data) implements Msg {}

  public record Segment(String from, int number, String data) implements Msg {}

  /** Everything before {@code next} has arrived. */
  public record Ack(int next) implements Msg {}

  private record Timeout() implements Msg {}

  public record Written(String data) implements Event {}

  /** The application reads. */
  public record Read(String data) implements Event {}

  protected final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  private final List<String> written = new ArrayList<>();
  private int unacknowledged;
  private int unsent;

  private final TreeMap<Integer, String> waiting = new TreeMap<>();
  private int lacking;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> new Tcp(ctx, host, timers)));
  }

  protected Tcp(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, this::onWrite)
        .onMessage(Segment.class, this::onSegment)
        .onMessage(Ack.class, this::onAck)
        .onMessage(Timeout.class, m -> onTimeout())
        .build();
  }

  private Behavior<Msg> onWrite(Write write) {
    host.report(new Written(write.data()));
    written.add(write.data());
    return fillWindow();
  }

  private Behavior<Msg> fillWindow() {
    while (unsent < written.size() && unsent < unacknowledged + WINDOW) {
      send(unsent++);
    }
    if (unacknowledged < unsent && sendsAgain()) {
      timers.startSingleTimer("retransmit", new Timeout(), RETRANSMIT);
    } else {
      timers.cancel("retransmit");
    }
    return this;
  }

  private void send(int number) {
    host.others().forEach(to -> host.tell(to, new Segment(host.id(), number, written.get(number))));
  }

  protected boolean sendsAgain() {
    return true;
  }

  /** All that is under way may be lost, so all of it is sent again ("go back N"). */
  private Behavior<Msg> onTimeout() {
    unsent = unacknowledged;
    return fillWindow();
  }

  private Behavior<Msg> onAck(Ack ack) {
    if (ack.next() > unacknowledged) {
      unacknowledged = ack.next();
      unsent = Math.max(unsent, unacknowledged);
      fillWindow();
    }
    return this;
  }

  private Behavior<Msg> onSegment(Segment segment) {
    accept(segment);
    host.tell(segment.from(), new Ack(toAcknowledge(segment, lacking)));
    return this;
  }

  /** What came too early waits, what came before is dropped. */
  protected void accept(Segment segment) {
    if (segment.number() >= lacking) {
      waiting.put(segment.number(), segment.data());
    }
    while (waiting.containsKey(lacking)) {
      host.report(new Read(waiting.remove(lacking++)));
    }
  }

  /** An acknowledgement covers everything before it, so it must not skip a gap. */
  protected int toAcknowledge(Segment segment, int firstLacking) {
    return firstLacking;
  }

  @Override
  public String toString() {
    return written.isEmpty()
        ? "lacks #" + lacking + ", early " + waiting
        : "acknowledged " + unacknowledged + " of " + written.size();
  }
}
