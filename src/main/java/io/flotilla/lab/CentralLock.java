package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;

/**
 * A lock kept by one coordinator, with leases and fencing tokens (Kleppmann, "How to do distributed
 * locking", 2016; Gray and Cheriton, "Leases", SOSP 1989). A lease ends by itself, so that a dead
 * holder doesn't block the others. But a holder that only slept wakes up believing that it still
 * holds the lock, and its own clock can't correct that in time. So the locked resource must check:
 * it refuses a token older than one it has seen.
 */
public final class CentralLock {
  /** How long a grant is valid. */
  static final Duration LEASE = Duration.ofMillis(100);

  /** How long a client works before it writes. */
  static final Duration WORK = Duration.ofMillis(40);

  private CentralLock() {}

  /** The messages between the clients, the coordinator and the store. */
  public sealed interface Msg {}

  /** From outside, to a client: do one piece of work under the lock. */
  public record Want() implements Msg {}

  public record Acquire(String client) implements Msg {}

  public record Grant(long token) implements Msg {}

  public record Release(String client, long token) implements Msg {}

  /** To the store: write under this token. */
  public record Write(String client, long token) implements Msg {}

  record Worked(long token) implements Msg {}

  record LeaseOver(long token) implements Msg {}

  public record Granted(String client, long token) implements Event {}

  public record Expired(long token) implements Event {}

  public record Released(long token) implements Event {}

  public record Accepted(String client, long token) implements Event {}

  public record Refused(String client, long token) implements Event {}

  /** The behavior of a node by its name: the lock, the store, or else a client. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return switch (host.id()) {
      case "lock" ->
          Behaviors.withTimers(
              timers -> Behaviors.setup(ctx -> new CentralLockCoordinator(ctx, host, timers)));
      case "store" -> Behaviors.setup(ctx -> new FencedStore(ctx, host));
      default ->
          Behaviors.withTimers(
              timers -> Behaviors.setup(ctx -> new CentralLockClient(ctx, host, timers)));
    };
  }
}
