package io.flotilla.lab;

import akka.actor.typed.Behavior;
import java.time.Duration;

/**
 * Two-phase commit (Gray, "Notes on Data Base Operating Systems", 1978). All participants commit or
 * none does: the coordinator asks each for its vote, and commits only if all said yes. Who has said
 * yes has given its freedom away: it may neither commit nor abort until it hears the decision, and
 * waits as long as the coordinator is down. That is the price.
 *
 * <p>Assumes that every node comes back some day, with its disk.
 */
public final class TwoPhaseCommit {
  /** The name of the node that decides. All others are participants. */
  public static final String COORDINATOR = "trip";

  static final Duration RETRY = Duration.ofMillis(50);

  /** How long the coordinator waits for votes. Only it may give up, and only before it decides. */
  static final Duration PATIENCE = Duration.ofMillis(200);

  private TwoPhaseCommit() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the coordinator. */
  public record Begin() implements Msg {}

  /** From outside, to a participant: the last place is sold to somebody else, if it is free. */
  public record SellOut() implements Msg {}

  public record Prepare() implements Msg {}

  public record Vote(String from, boolean yes) implements Msg {}

  public record Decision(boolean commit) implements Msg {}

  record Retry() implements Msg {}

  record TooLong() implements Msg {}

  public record Voted(boolean yes) implements Event {}

  public record Decided(boolean commit) implements Event {}

  /** What a participant's disk says of its last place. */
  enum Place {
    FREE,
    PROMISED,
    BOOKED,
    SOLD
  }

  /** What the coordinator's disk says. */
  enum Outcome {
    NONE,
    OPEN,
    COMMIT,
    ABORT
  }

  /** The behavior of a node by its name. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals(COORDINATOR)
        ? Nodes.timed((ctx, timers) -> new CommitCoordinator(ctx, host, timers))
        : Nodes.timed((ctx, timers) -> new CommitParticipant(ctx, host, timers));
  }
}
