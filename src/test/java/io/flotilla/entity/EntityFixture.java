package io.flotilla.entity;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.japi.Pair;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.SnapshotMeta;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import akka.persistence.testkit.javadsl.SnapshotTestKit;
import akka.persistence.typed.PersistenceId;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.MovedTimers;
import io.flotilla.wire.Parts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** An entity on a log in memory, in a time that the test moves. */
public abstract class EntityFixture implements AutoCloseable {
  private static final Config CONFIG =
      MovedTimers.CONFIG
          .withFallback(PersistenceTestKitPlugin.getInstance().config())
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(ConfigFactory.parseResources("akka.conf"))
          .withFallback(ConfigFactory.load());

  /** Shorter than what the actor takes for a pause. */
  private static final long STEP_MILLIS = 2 * Deadlines.TICK_MILLIS;

  private static final ActorTestKit KIT = ActorTestKit.create("entity", CONFIG);
  private static final AtomicLong NAMESPACES = new AtomicLong();

  public final PersistenceTestKit log = PersistenceTestKit.create(KIT.system());
  private final SnapshotTestKit checkpoints = SnapshotTestKit.create(KIT.system());
  private final String namespace = "ns-" + NAMESPACES.incrementAndGet();
  public final TestProbe<Gateway.FromEntity> gateway = KIT.createTestProbe();
  private final MovedTimers timers = MovedTimers.of(KIT.system());
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong epoch = new AtomicLong();
  private ActorRef<EntityActor.Command> entity;
  private long number;

  /** May be replaced by a test; asked before each batch. */
  public volatile Quota quota = Quota.unlimited();

  /** A backup has taken the place of what the actor knows. */
  public volatile boolean replaced;

  /** How often the actor asked not to be put to sleep. */
  public final AtomicLong keptAwake = new AtomicLong();

  /** What the gateway was told of changes. */
  public final List<Interest> heard = new ArrayList<>();

  protected EntityFixture() {
    start();
  }

  /** Of one incarnation. */
  protected abstract Behavior<EntityActor.Command> behavior(
      String name, ReadBarrier barrier, Clock clock, Runnable stayAwake, LongSupplier nanoTime);

  protected abstract PersistenceId persistenceId(String name);

  private void start() {
    epoch.incrementAndGet();
    entity =
        KIT.spawn(behavior(namespace, barrier(), clock(), keptAwake::incrementAndGet, nanos::get));
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return Instant.ofEpochMilli(wallMillis.get() + nanos.get() / 1_000_000);
      }

      @Override
      public ZoneOffset getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(java.time.ZoneId zone) {
        return this;
      }
    };
  }

  private ReadBarrier barrier() {
    return new ReadBarrier() {
      @Override
      public long epoch(String persistenceId) {
        return epoch.get();
      }

      @Override
      public boolean isReplaced(String persistenceId, long of) {
        return replaced && of == epoch.get();
      }

      @Override
      public Quota quota() {
        return quota;
      }

      @Override
      public Checkpoints checkpoints() {
        return EntityFixture.this::save;
      }

      @Override
      public CompletionStage<Done> confirm(String persistenceId, long of) {
        return of == epoch.get()
            ? CompletableFuture.completedFuture(Done.getInstance())
            : CompletableFuture.failedFuture(new Superseded(persistenceId, null));
      }
    };
  }

  private CompletionStage<Done> save(String id, long of, long sequenceNr, Parts state) {
    Object stored = new Parts(state.bytes());
    checkpoints.persistForRecovery(
        id, List.of(Pair.create(SnapshotMeta.create(sequenceNr), stored)));
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  /** The actor dies and another recovers from the log. */
  public void failOver() {
    KIT.stop(entity);
    start();
  }

  /** From now on the clock of the node shows another time of day; no time passes by that. */
  public void setClock(Duration forward) {
    wallMillis.addAndGet(forward.toMillis());
  }

  /** Nobody answers for so long, not even the actor itself. */
  public void pause(Duration span) {
    nanos.addAndGet(span.toNanos());
  }

  public void pass(long millis) {
    settle();
    for (long t = 0; t < millis; t += STEP_MILLIS) {
      long step = Math.min(STEP_MILLIS, millis - t);
      nanos.addAndGet(step * 1_000_000);
      timers.pass(Duration.ofMillis(step));
      settle();
    }
  }

  /** An actor that has failed waits for so long, at most, before it recovers. */
  public void backOff() {
    timers.pass(Duration.ofSeconds(3));
  }

  /** What was asked and what was due has been done when this has been answered. */
  private void settle() {
    results(List.of());
  }

  public Result result(Operation<?> op) {
    return results(List.of(op)).get(0);
  }

  public List<Result> results(List<? extends Operation<?>> ops) {
    long n = ++number;
    send("g", n, 1, ops, gateway);
    while (true) {
      Gateway.FromEntity message = gateway.receiveMessage();
      if (message instanceof Gateway.Answered answered && answered.number() == n) {
        return answered.pieces().stream().map(Gateway.Piece::result).toList();
      } else if (message instanceof Gateway.Changed changed) {
        heard.addAll(changed.interests());
      }
    }
  }

  public TestProbe<Gateway.FromEntity> anotherGateway() {
    return KIT.createTestProbe();
  }

  /** The answer goes to the gateway given. */
  public void send(
      String name,
      long batch,
      int attempt,
      List<? extends Operation<?>> ops,
      TestProbe<Gateway.FromEntity> from) {
    entity.tell(
        new EntityActor.Batch(name, batch, epoch.get(), attempt, List.copyOf(ops), from.getRef()));
  }

  public void ping(TestProbe<Gateway.FromEntity> from) {
    entity.tell(new EntityActor.Ping(epoch.get(), from.getRef()));
  }

  /** How many are stored. */
  public int checkpoints() {
    return checkpoints.persistedInStorage(persistenceId(namespace).id()).size();
  }

  public int events() {
    return log.persistedInStorage(persistenceId(namespace).id()).size();
  }

  @Override
  public void close() {
    KIT.stop(entity);
  }
}
