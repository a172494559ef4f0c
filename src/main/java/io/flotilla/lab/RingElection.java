package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Election on a ring (Le Lann 1977; in the form of Tanenbaum and van Steen, "Distributed Systems",
 * section 6.5): a token goes round and collects names, the greatest leads, a second token announces
 * it.
 *
 * <p>The dead leader is part of the ring, so every hop is acknowledged and a silent neighbour is
 * skipped. And the node that started may die, so a token has come round when it meets <em>any</em>
 * node that it has met before.
 */
public class RingElection extends AbstractBehavior<RingElection.Msg> {
  /** Longer than a message and its acknowledgement take. */
  static final Duration ACK = Duration.ofMillis(25);

  /** Longer than two rounds with a dead neighbour in each. */
  static final Duration RESULT = Duration.ofMillis(200);

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: the leader doesn't answer. */
  public record Suspect() implements Msg {}

  /** A token sent by a node to its neighbour; {@code hop} counts the sender's passes. */
  public record Pass(String from, int hop, Token token) implements Msg {}

  public record Ack(int hop) implements Msg {}

  private record NoAck(int hop) implements Msg {}

  private record NoResult() implements Msg {}

  /** What goes round: first collecting, {@code leader} empty, then announcing. */
  public record Token(String leader, List<String> met) {
    Token plus(String node) {
      List<String> longer = new ArrayList<>(met);
      longer.add(node);
      return new Token(leader, List.copyOf(longer));
    }
  }

  public record Started() implements Event {}

  public record Following(String leader) implements Event {}

  private record Passed(String to, Token token) {}

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedMap<Integer, Passed> unacknowledged = new TreeMap<>();
  private int hops;
  private String leader = "nobody";

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(ctx -> new RingElection(ctx, host, timers)));
  }

  protected RingElection(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Suspect.class, m -> start())
        .onMessage(NoResult.class, m -> start())
        .onMessage(Pass.class, this::onPass)
        .onMessage(Ack.class, this::onAck)
        .onMessage(NoAck.class, this::onNoAck)
        .build();
  }

  private Behavior<Msg> start() {
    host.report(new Started());
    timers.startSingleTimer("result", new NoResult(), RESULT);
    return pass(new Token("", List.of(host.id())), host.id());
  }

  private Behavior<Msg> onPass(Pass pass) {
    host.tell(pass.from(), new Ack(pass.hop()));
    return onToken(pass.token());
  }

  private Behavior<Msg> onToken(Token token) {
    if (!hasComeRound(token)) {
      if (!token.leader().isEmpty()) {
        follow(token.leader());
      }
      return pass(token.plus(host.id()), host.id());
    }
    if (!token.leader().isEmpty()) {
      return this; // all nodes know
    }
    follow(choose(token.met()));
    return pass(new Token(leader, List.of(host.id())), host.id());
  }

  protected boolean hasComeRound(Token token) {
    return token.met().contains(host.id());
  }

  protected String choose(List<String> met) {
    return Collections.max(met);
  }

  private void follow(String node) {
    timers.cancel("result");
    leader = node;
    host.report(new Following(node));
  }

  /** Passes to the neighbour after {@code after}; to itself, if all others are silent. */
  private Behavior<Msg> pass(Token token, String after) {
    List<String> ring = host.all();
    String next = ring.get((ring.indexOf(after) + 1) % ring.size());
    if (next.equals(host.id())) {
      return onToken(token);
    }
    hops++;
    unacknowledged.put(hops, new Passed(next, token));
    host.tell(next, new Pass(host.id(), hops, token));
    watch(hops);
    return this;
  }

  protected void watch(int hop) {
    timers.startSingleTimer(hop, new NoAck(hop), ACK);
  }

  private Behavior<Msg> onAck(Ack ack) {
    timers.cancel(ack.hop());
    unacknowledged.remove(ack.hop());
    return this;
  }

  private Behavior<Msg> onNoAck(NoAck silence) {
    Passed passed = unacknowledged.remove(silence.hop());
    return passed == null ? this : pass(passed.token(), passed.to());
  }

  @Override
  public String toString() {
    return leader.equals(host.id()) ? "LEADER" : "follows " + leader;
  }
}
