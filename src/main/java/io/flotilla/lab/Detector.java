package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Failure detection by heartbeats (Chandra and Toueg, 1996). A node that is silent for too long is
 * suspected, and trusted again as soon as it is heard. A crash is always found in the end. That
 * nobody else is suspected can't be had while messages may take any time: a slow node looks like a
 * dead one. How long is "too long" is the {@link Patience}.
 *
 * <p>Assumes that delays are bounded from some time on; nobody needs to know when, or by what.
 */
public class Detector extends AbstractBehavior<Detector.Msg> {
  /** How often a node says that it lives, and looks who doesn't. */
  static final Duration BEAT = Duration.ofMillis(50);

  /** What a node can receive. */
  public sealed interface Msg {}

  public record Heartbeat(String from) implements Msg {}

  private record Beat() implements Msg {}

  public record Suspects(String node) implements Event {}

  public record Trusts(String node) implements Event {}

  /** Judges the silence of one node. */
  public interface Patience {
    void heard(long now);

    /** It had been suspected, and was heard. */
    default void wasWrong() {}

    boolean isTooLong(long now);
  }

  /** Makes a {@link Patience} at a moment. */
  public interface Rule {
    Patience from(long now);
  }

  protected final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Rule rule;
  private final SortedMap<String, Patience> watched = new TreeMap<>();
  private final TreeSet<String> suspected = new TreeSet<>();

  public static Behavior<Msg> create(Host<Msg> host, Rule rule) {
    return Nodes.timed((ctx, timers) -> new Detector(ctx, host, timers, rule));
  }

  protected Detector(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers, Rule rule) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.rule = rule;
    watchFromTheStart();
    beat();
  }

  /** Also who was never heard must be missed. */
  protected void watchFromTheStart() {
    host.others().forEach(node -> watched.put(node, rule.from(now())));
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heartbeat.class, m -> onHeartbeat(m.from()))
        .onMessage(Beat.class, m -> beat())
        .build();
  }

  private long now() {
    return Duration.ofNanos(host.nanoTime()).toMillis();
  }

  private Behavior<Msg> beat() {
    host.tellOthers(new Heartbeat(host.id()));
    timers.startSingleTimer(new Beat(), BEAT);
    look();
    return this;
  }

  private Behavior<Msg> onHeartbeat(String from) {
    Patience patience = watched.computeIfAbsent(from, n -> rule.from(now()));
    patience.heard(now());
    if (suspected.contains(from) && forgives()) {
      suspected.remove(from);
      patience.wasWrong();
      host.report(new Trusts(from));
    }
    return this;
  }

  protected boolean forgives() {
    return true;
  }

  private void look() {
    watched.forEach(
        (node, patience) -> {
          if (patience.isTooLong(now()) && suspected.add(node)) {
            host.report(new Suspects(node));
          }
        });
  }

  @Override
  public String toString() {
    return "suspects " + suspected;
  }
}
