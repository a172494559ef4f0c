package io.flotilla.acl;

import akka.Done;
import akka.actor.typed.ActorSystem;
import io.flotilla.entity.Existence;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.entity.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what a token gives, from this node's copy of the log: no request waits for another node to
 * learn who asks. It looks for what is new there several times a second, so that a token that is
 * gone is gone here too.
 *
 * <p>A copy may be old: when the node starts, after a pause, and while it hears no leader. Then it
 * counts for reads that may be stale themselves, until the node has caught up with the others.
 */
public final class Grants {
  /** Who has the node's own token. */
  public static final String NODE = "node";

  /** The code of a refusal: nobody has this token. */
  public static final String UNKNOWN = "acl-not-found";

  private static final Logger LOG = LoggerFactory.getLogger(Grants.class);
  private static final Duration LOOKS = Duration.ofMillis(200);

  /** For how long the leader may be silent, or nobody look: an election is no reason to refuse. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /**
   * @param otherwise what holds where no rule says anything
   * @param secret of the node's own token, which gives everything; empty: it has none
   */
  public record Settings(String datacenter, Level otherwise, String secret) {}

  /**
   * An answer that goes on for as long as it may.
   *
   * @param over completes when it may not any longer; or was completed by itself
   */
  private record Endless(BooleanSupplier may, CompletableFuture<Void> over) {}

  private record Waiting(long index, CompletableFuture<Void> known) {}

  /** What was found in one state; only tokens that exist take room here. */
  private record Known(AclState state, Map<String, Grant> bySecret) {}

  private final LocalReplicas<AclState> copies;
  private final Existence log;
  private final Settings settings;
  private final LongSupplier nanoTime;
  private final Grant own;
  private final Executor executor;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Endless> streams = new ConcurrentLinkedQueue<>();
  private volatile Known known = new Known(null, Map.of());

  /** When the last look found nothing missing. */
  private volatile long currentNanos;

  /** Whether the copy has all that there was when the node last began to hear the leader. */
  private volatile boolean caughtUp;

  private volatile boolean catchingUp;

  /**
   * @param log whether this node has all of it
   * @param nanoTime as {@link System#nanoTime}
   */
  public Grants(
      ActorSystem<?> system,
      LocalReplicas<AclState> copies,
      Existence log,
      Settings settings,
      LongSupplier nanoTime) {
    this.copies = copies;
    this.log = log;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.own = new Grant(NODE, Rules.parse(AclPolicy.MANAGEMENT.rules()), settings.otherwise());
    this.executor = system.executionContext();
    system
        .scheduler()
        .scheduleWithFixedDelay(Duration.ZERO, LOOKS, this::look, system.executionContext());
  }

  // ---- looking

  /** May take as long as reading what is new in the log. Never fails, or it would be the last. */
  private void look() {
    try {
      long before = nanoTime.getAsLong();
      boolean hears = copies.leaderContact().millis() < SILENCE.toMillis();
      caughtUp &= hears && before - currentNanos < SILENCE.toNanos();
      if (hears && !caughtUp) {
        catchUp();
      }
      AclState last = known.state();
      AclState now = newest();
      if (caughtUp) {
        currentNanos = before;
      }
      waiting.removeIf(
          w -> w.known().isDone() || w.index() <= now.index() && w.known().complete(null));
      boolean asBefore = now == last && isCurrent();
      streams.removeIf(
          s ->
              s.over().isDone() || !asBefore && !s.may().getAsBoolean() && s.over().complete(null));
    } catch (RuntimeException e) {
      LOG.warn("This node can't read the tokens in its log", e);
    }
  }

  private synchronized AclState newest() {
    AclState now = copies.state(Acl.CLUSTER);
    if (now != known.state()) {
      known = new Known(now, new ConcurrentHashMap<>());
    }
    return now;
  }

  private void catchUp() {
    if (catchingUp) {
      return;
    }
    CompletionStage<Done> caught = log.catchUp();
    catchingUp = true;
    caught.whenComplete(
        (done, failure) -> {
          catchingUp = false;
          if (failure == null) {
            newest();
            currentNanos = nanoTime.getAsLong();
            caughtUp = true;
          }
        });
  }

  /** Completes when what was changed up to this index counts on this node, or the time is over. */
  public CompletionStage<Void> upTo(long index, Duration most) {
    Waiting one = new Waiting(index, new CompletableFuture<>());
    waiting.add(one);
    executor.execute(this::look);
    return one.known().completeOnTimeout(null, most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * For an answer without an end.
   *
   * @param may whether it may go on; asked when something has changed
   * @return completes when it may not; to be completed when the answer has ended otherwise
   */
  public CompletableFuture<Void> whileIt(BooleanSupplier may) {
    Endless stream = new Endless(may, new CompletableFuture<>());
    streams.add(stream);
    if (!may.getAsBoolean()) { // it changed before the stream was in the list
      stream.over().complete(null);
    }
    return stream.over();
  }

  /**
   * Whether there are tokens that end by themselves. Should the node of the entity die, somebody
   * has to ask for it, or they never do.
   */
  public boolean haveEnds() {
    AclState state = known.state();
    return state != null && state.tokens().values().stream().anyMatch(t -> t.endsAt() != 0);
  }

  // ---- asking

  /**
   * @param secret of a token; empty: whoever asks shows none
   * @param stale whether what is asked may be answered from an old copy of the log
   */
  public Caller of(String secret, boolean stale) {
    if (!settings.secret().isEmpty() && Secrets.same(secret, settings.secret())) {
      return () -> own;
    }
    String hash = Secrets.hash(secret.isEmpty() ? AclToken.ANONYMOUS_SECRET : secret);
    return () -> now(hash, stale);
  }

  /** The id of the token with this secret; empty if it isn't known. */
  public Optional<String> accessor(String secret) {
    try {
      return Optional.of(of(secret, true).grant().accessor());
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  private Grant now(String hash, boolean stale) {
    Known now = known;
    if (now.state() == null || !stale && !isCurrent()) {
      throw new Refusal(
          "unavailable",
          "This node hears nothing from the others, so it can't tell what tokens give; try later.");
    }
    Grant grant = now.bySecret().get(hash);
    if (grant == null) {
      AclToken token = now.state().bySecret(hash);
      if (token == null) {
        throw new Refusal(UNKNOWN, "ACL not found");
      }
      grant = new Grant(token.accessor(), rules(now.state(), token), settings.otherwise());
      now.bySecret().put(hash, grant);
    }
    return grant;
  }

  private boolean isCurrent() {
    return caughtUp && nanoTime.getAsLong() - currentNanos < SILENCE.toNanos();
  }

  private Rules rules(AclState state, AclToken token) {
    List<Rules> all = new ArrayList<>();
    add(all, state, token.policies(), token.services(), token.nodes());
    for (String id : token.roles()) {
      AclRole role = state.roles().get(id);
      if (role != null) {
        add(all, state, role.policies(), role.services(), role.nodes());
      }
    }
    return Rules.merged(all);
  }

  private void add(
      List<Rules> all,
      AclState state,
      List<String> policies,
      List<AclIdentity> services,
      List<AclIdentity> nodes) {
    String here = settings.datacenter();
    policies.stream()
        .flatMap(id -> Stream.ofNullable(state.policies().get(id)))
        .filter(policy -> policy.countsIn(here))
        .map(policy -> Rules.parse(policy.rules()))
        .forEach(all::add);
    services.stream().filter(s -> s.countsIn(here)).map(AclIdentity::ofService).forEach(all::add);
    nodes.stream().filter(n -> n.countsIn(here)).map(AclIdentity::ofNode).forEach(all::add);
  }
}
