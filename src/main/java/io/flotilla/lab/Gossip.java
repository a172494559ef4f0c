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

/**
 * Rumor mongering (Demers et al., "Epidemic Algorithms for Replicated Database Maintenance", PODC
 * 1987, section 1.4). Each node that learns a rumor sends it to {@link #FANOUT} others per round,
 * so the number of nodes that know it multiplies and all know it after O(log n) rounds.
 *
 * <p>Random targets might miss a node forever. So each node shuffles the others once and goes
 * through them in that order (as SWIM does for its probes: Das et al., 2002, section 4.3):
 * randomness makes it fast, the list makes it certain.
 */
public class Gossip extends AbstractBehavior<Gossip.Msg> {
  /** The number of targets per round. */
  public static final int FANOUT = 2;

  /** The time between rounds; longer than a message takes. */
  public static final Duration ROUND = Duration.ofMillis(50);

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: makes a node the first to know. */
  public record Start(String rumor) implements Msg {}

  /** The rumor, and how many have passed it on. */
  public record Rumor(String rumor, int hops) implements Msg {}

  private record NextRound() implements Msg {}

  public record Learnt(String rumor, int hops) implements Event {}

  protected final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private List<String> toTell = List.of();
  private Rumor known;

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> new Gossip(ctx, host, timers)));
  }

  protected Gossip(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Start.class, start -> learn(new Rumor(start.rumor(), 0)))
        .onMessage(Rumor.class, this::onRumor)
        .onMessage(NextRound.class, m -> round())
        .build();
  }

  /** Only news is passed on, or rumors would never die. */
  private Behavior<Msg> onRumor(Rumor rumor) {
    return known == null ? learn(rumor) : this;
  }

  private Behavior<Msg> learn(Rumor rumor) {
    known = rumor;
    host.report(new Learnt(rumor.rumor(), rumor.hops()));
    if (rumor.hops() == 0 || passesOn()) {
      toTell = whomToTell();
      timers.startSingleTimer(new NextRound(), ROUND);
    }
    return this;
  }

  protected boolean passesOn() {
    return true;
  }

  /** Every other node, in this node's own order. */
  protected List<String> whomToTell() {
    List<String> others = new ArrayList<>(host.others());
    Collections.shuffle(others, host.random());
    return others;
  }

  private Behavior<Msg> round() {
    List<String> now = toTell.subList(0, Math.min(FANOUT, toTell.size()));
    now.forEach(node -> host.tell(node, new Rumor(known.rumor(), known.hops() + 1)));
    toTell = List.copyOf(toTell.subList(now.size(), toTell.size()));
    if (!toTell.isEmpty()) {
      timers.startSingleTimer(new NextRound(), ROUND);
    }
    return this;
  }

  @Override
  public String toString() {
    return known == null ? "knows nothing" : "knows '" + known.rumor() + "', still tells " + toTell;
  }
}
