package io.flotilla.lab;

import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.PbftMsg.Prepared;
import io.flotilla.lab.PbftMsg.TooLong;
import java.time.Duration;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a replica of {@link Pbft} has heard, and how long it waits. */
abstract class PbftReplica extends AbstractBehavior<PbftMsg> {
  private static final Duration PATIENCE = Duration.ofMillis(250);

  final Host<PbftMsg> host;
  final TimerScheduler<PbftMsg> timers;
  private final SortedMap<String, SortedSet<String>> votes = new TreeMap<>();
  Prepared prepared = Prepared.NONE;
  int view;
  boolean executed;

  PbftReplica(ActorContext<PbftMsg> ctx, Host<PbftMsg> host, TimerScheduler<PbftMsg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  String primary(int of) {
    return host.all().get(of % host.all().size());
  }

  /** Longer in each view, until it is longer than the network takes. */
  void waitForIt() {
    if (!executed) {
      timers.startSingleTimer("view", new TooLong(view), PATIENCE.multipliedBy(1L << view));
    }
  }

  /** Primaries send no prepares. */
  void note(String kind, String from, int of, String op) {
    if (kind.equals("commit") || !from.equals(primary(of))) {
      votes.computeIfAbsent(kind + of + op, k -> new TreeSet<>()).add(from);
    }
  }

  int votes(String kind, String op) {
    return votes.getOrDefault(kind + view + op, new TreeSet<>()).size();
  }

  @Override
  public String toString() {
    return "view " + view + ", prepared " + prepared.op() + (executed ? ", executed" : "");
  }
}
