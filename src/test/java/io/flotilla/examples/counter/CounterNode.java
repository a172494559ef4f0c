package io.flotilla.examples.counter;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.flotilla.LocalShards;
import io.flotilla.entity.Checkpoints;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Existence;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Loopback;
import io.flotilla.entity.Quota;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.memory.Budget;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node in one process: its client of the counters, its gateways, and the counters behind them on
 * a log in memory.
 */
final class CounterNode implements AutoCloseable {
  private final ActorTestKit kit =
      ActorTestKit.create(
          "counter",
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(ConfigFactory.parseResources("akka.conf"))
              .withFallback(ConfigFactory.load()));
  private final Loopback network = new Loopback(kit.system());
  private final PersistenceTestKit log = PersistenceTestKit.create(kit.system());

  /** The latest incarnation of each persistence id, as the log knows it by claims. */
  private final ConcurrentMap<String, Long> epochs = new ConcurrentHashMap<>();

  private final AtomicLong lastEpoch = new AtomicLong();

  /** Gets the answers in place of the gateways; null: they do. */
  private volatile ActorRef<Gateway.FromEntity> thief;

  private final LocalShards<EntityActor.Command> shards =
      new LocalShards<>(
          kit,
          "counters",
          namespace -> Counter.create(namespace, barrier(), Clock.systemUTC()),
          (carrier, message) -> network.arriving(carrier, onItsWay(message, thief)));

  final Counters client =
      new Counters(
          kit.system(),
          shards.ref(),
          new EntityClient.Limits(
              100, new Budget("requests", 1 << 20), 100, new Budget("waits", 1 << 20)),
          existence());

  private static EntityActor.Command onItsWay(
      EntityActor.Command message, ActorRef<Gateway.FromEntity> thief) {
    return message instanceof EntityActor.Batch b && thief != null
        ? new EntityActor.Batch(
            b.gateway(), b.number(), b.incarnation(), b.attempt(), b.ops(), thief)
        : message;
  }

  private ReadBarrier barrier() {
    long own = lastEpoch.incrementAndGet();
    return new ReadBarrier() {
      @Override
      public long epoch(String persistenceId) {
        epochs.put(persistenceId, own);
        return own;
      }

      @Override
      public CompletionStage<Done> confirm(String persistenceId, long epoch) {
        return epochs.get(persistenceId) == epoch
            ? CompletableFuture.completedFuture(Done.getInstance())
            : CompletableFuture.failedFuture(new Superseded(persistenceId, null));
      }

      @Override
      public Quota quota() {
        return Quota.unlimited();
      }

      @Override
      public Checkpoints checkpoints() {
        return (id, epoch, sequenceNr, state) ->
            CompletableFuture.completedFuture(Done.getInstance());
      }
    };
  }

  private Existence existence() {
    return new Existence() {
      @Override
      public boolean isKnown(String namespace) {
        return events(namespace) > 0;
      }

      @Override
      public CompletionStage<Done> catchUp() {
        return CompletableFuture.completedFuture(Done.getInstance());
      }

      @Override
      public Quota.Room room() {
        return Quota.unlimited().room();
      }
    };
  }

  /** From now on batches arrive, but the answers to them get lost: they come here. */
  TestProbe<Gateway.FromEntity> loseAnswers() {
    TestProbe<Gateway.FromEntity> lost = kit.createTestProbe();
    thief = lost.getRef();
    return lost;
  }

  void loseNoMoreAnswers() {
    thief = null;
  }

  /** The actor dies; the next message starts another, which recovers from the log. */
  void failOver(String namespace) {
    shards.stop(namespace);
  }

  /** How many are stored. */
  int events(String namespace) {
    return log.persistedInStorage("Counter|" + namespace).size();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
