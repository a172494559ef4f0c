package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.List;

/**
 * The Bully election (Garcia-Molina, "Elections in a Distributed Computing System", IEEE ToC 1982):
 * the live node with the highest name leads. It takes silence for death, so it is correct only
 * where messages take at most {@link #MAX_DELAY}; a partition gives each side a leader of its own.
 */
public class Bully extends AbstractBehavior<Bully.Msg> {
  /** The network's promise (the paper's assumption 6), on which the timeouts rest. */
  public static final Duration MAX_DELAY = Duration.ofMillis(10);

  /** A message and its answer. */
  static final Duration ANSWER = Duration.ofMillis(25);

  /** A message, the receiver's own wait for those above it, and the answer. */
  static final Duration COORDINATOR = Duration.ofMillis(50);

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: the leader doesn't answer. */
  public record Suspect() implements Msg {}

  public record Election(String from) implements Msg {}

  public record Ok(String from) implements Msg {}

  public record Coordinator(String from) implements Msg {}

  private record NoAnswer() implements Msg {}

  private record NoCoordinator() implements Msg {}

  public record Started() implements Event {}

  public record Following(String leader) implements Event {}

  protected final Host<Msg> host;
  protected final TimerScheduler<Msg> timers;
  private boolean electing;
  private String leader = "nobody";

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> new Bully(ctx, host, timers)));
  }

  protected Bully(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    if (electsOnStart()) {
      elect();
    }
  }

  /** A node that recovers may outrank the leader it finds, so it asks ("recovery", section III). */
  protected boolean electsOnStart() {
    return true;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Suspect.class, m -> electing ? this : elect())
        .onMessage(Election.class, this::onElection)
        .onMessage(Ok.class, this::onOk)
        .onMessage(NoAnswer.class, m -> win())
        .onMessage(NoCoordinator.class, m -> elect())
        .onMessage(Coordinator.class, m -> follow(m.from()))
        .build();
  }

  private Behavior<Msg> elect() {
    electing = true;
    host.report(new Started());
    List<String> higher = host.others().stream().filter(n -> n.compareTo(host.id()) > 0).toList();
    if (higher.isEmpty()) {
      return win();
    }
    higher.forEach(node -> host.tell(node, new Election(host.id())));
    timers.startSingleTimer("wait", new NoAnswer(), ANSWER);
    return this;
  }

  private Behavior<Msg> onElection(Election election) {
    host.tell(election.from(), new Ok(host.id()));
    return electing ? this : elect();
  }

  private Behavior<Msg> onOk(Ok ok) {
    if (electing) {
      afterOk();
    }
    return this;
  }

  /** A greater node has taken over; but it may die before it is done, so this wait ends as well. */
  protected void afterOk() {
    timers.startSingleTimer("wait", new NoCoordinator(), COORDINATOR);
  }

  private Behavior<Msg> win() {
    host.others().stream()
        .filter(node -> node.compareTo(host.id()) < 0)
        .forEach(node -> host.tell(node, new Coordinator(host.id())));
    return follow(host.id());
  }

  private Behavior<Msg> follow(String node) {
    timers.cancel("wait");
    electing = false;
    leader = node;
    host.report(new Following(node));
    return this;
  }

  @Override
  public String toString() {
    return electing ? "electing" : leader.equals(host.id()) ? "LEADER" : "follows " + leader;
  }
}
