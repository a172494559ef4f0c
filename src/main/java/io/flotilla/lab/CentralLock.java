package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A lock kept by one coordinator, with leases and fencing tokens (Kleppmann, "How to do distributed
 * locking", 2016; Gray and Cheriton, "Leases", SOSP 1989). A lease ends by itself, so that a holder
 * that died doesn't block the others. But a holder that only slept wakes up believing that it holds
 * the lock, and no clock of its own can tell it otherwise in time. So the thing that is locked must
 * check: it refuses a token older than one it has seen.
 */
public final class CentralLock {
  /** How long a grant is good for. */
  static final Duration LEASE = Duration.ofMillis(100);

  /** How long a client works before it writes. */
  static final Duration WORK = Duration.ofMillis(40);

  private CentralLock() {}

  /** All that is said between the clients, the coordinator and the store. */
  public sealed interface Msg {}

  /** From outside, to a client: do one piece of work under the lock. */
  public record Want() implements Msg {}

  public record Acquire(String client) implements Msg {}

  public record Grant(long token) implements Msg {}

  public record Release(String client, long token) implements Msg {}

  /** To the store: write under this token. */
  public record Write(String client, long token) implements Msg {}

  private record Worked(long token) implements Msg {}

  private record LeaseOver(long token) implements Msg {}

  public record Granted(String client, long token) implements Event {}

  public record Expired(long token) implements Event {}

  public record Released(long token) implements Event {}

  public record Accepted(String client, long token) implements Event {}

  public record Refused(String client, long token) implements Event {}

  /** The behavior for a node by its name: the lock, the store, or else a client. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return switch (host.id()) {
      case "lock" ->
          Behaviors.withTimers(
              timers -> Behaviors.setup(ctx -> new Coordinator(ctx, host, timers)));
      case "store" -> Behaviors.setup(ctx -> new Store(ctx, host));
      default -> client(host);
    };
  }

  /** Asks, works, writes, releases. */
  private static Behavior<Msg> client(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.receive(Msg.class)
                .onMessage(
                    Want.class,
                    want -> {
                      host.tell("lock", new Acquire(host.id()));
                      return Behaviors.same();
                    })
                .onMessage(
                    Grant.class,
                    grant -> {
                      timers.startSingleTimer(grant, new Worked(grant.token()), WORK);
                      return Behaviors.same();
                    })
                .onMessage(
                    Worked.class,
                    worked -> {
                      host.tell("store", new Write(host.id(), worked.token()));
                      host.report(new Released(worked.token()));
                      host.tell("lock", new Release(host.id(), worked.token()));
                      return Behaviors.same();
                    })
                .build());
  }

  /** Grants to one at a time, each time under a greater token. */
  static class Coordinator extends AbstractBehavior<Msg> {
    private final Host<Msg> host;
    private final TimerScheduler<Msg> timers;
    private final Deque<String> queue = new ArrayDeque<>();
    private boolean held;
    protected long token;

    Coordinator(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
      super(ctx);
      this.host = host;
      this.timers = timers;
      this.token = lastToken(host.storage());
      if (token > 0) {
        // After a crash nobody knows whether the last lease was given back: wait until it is over.
        hold();
      }
    }

    /** The number must survive a crash, else old tokens would be new again. */
    protected long lastToken(Storage storage) {
      return storage.read("token", Long.class).orElse(0L);
    }

    @Override
    public Receive<Msg> createReceive() {
      return newReceiveBuilder()
          .onMessage(Acquire.class, this::onAcquire)
          .onMessage(Release.class, m -> isHolders(m) ? free() : this)
          .onMessage(LeaseOver.class, this::onLeaseOver)
          .build();
    }

    private Behavior<Msg> onAcquire(Acquire acquire) {
      queue.add(acquire.client());
      return held ? this : grantNext();
    }

    /** A release that comes late must not free the lock of the next holder. */
    protected boolean isHolders(Release release) {
      return held && release.token() == token;
    }

    private Behavior<Msg> onLeaseOver(LeaseOver over) {
      if (!held || over.token() != token) {
        return this;
      }
      host.report(new Expired(token));
      return free();
    }

    private Behavior<Msg> free() {
      held = false;
      timers.cancelAll();
      return queue.isEmpty() ? this : grantNext();
    }

    private Behavior<Msg> grantNext() {
      token = token + 1;
      host.storage().write("token", token);
      hold();
      String client = queue.poll();
      host.report(new Granted(client, token));
      host.tell(client, new Grant(token));
      return this;
    }

    private void hold() {
      held = true;
      timers.startSingleTimer("lease", new LeaseOver(token), LEASE);
    }

    @Override
    public String toString() {
      return (held ? "held under " + token : "free") + (queue.isEmpty() ? "" : ", queue " + queue);
    }
  }

  /** What the lock protects. It is the one that makes the lock safe. */
  static class Store extends AbstractBehavior<Msg> {
    private final Host<Msg> host;
    private long newest;

    Store(ActorContext<Msg> ctx, Host<Msg> host) {
      super(ctx);
      this.host = host;
    }

    @Override
    public Receive<Msg> createReceive() {
      return newReceiveBuilder().onMessage(Write.class, this::onWrite).build();
    }

    private Behavior<Msg> onWrite(Write write) {
      if (mayWrite(write.token(), newest)) {
        newest = Math.max(newest, write.token());
        host.report(new Accepted(write.client(), write.token()));
      } else {
        host.report(new Refused(write.client(), write.token()));
      }
      return this;
    }

    protected boolean mayWrite(long token, long newestSeen) {
      return token >= newestSeen;
    }

    @Override
    public String toString() {
      return "newest token " + newest;
    }
  }
}
