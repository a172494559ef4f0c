package io.flotilla.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import io.flotilla.acl.Acl;
import io.flotilla.async.Futures;
import io.flotilla.cluster.SeatLease;
import io.flotilla.cluster.ShardPlacement;
import io.flotilla.entity.Checkpoints;
import io.flotilla.entity.EntityActor;
import io.flotilla.entity.Existence;
import io.flotilla.entity.LeaderContact;
import io.flotilla.entity.LocalReplicas.LocalLog;
import io.flotilla.entity.LocalReplicas.Tail;
import io.flotilla.entity.Quota;
import io.flotilla.entity.ReadBarrier;
import io.flotilla.entity.Refusal;
import io.flotilla.journal.FencedException;
import io.flotilla.journal.LocalCopy;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.kv.KeySpace;
import io.flotilla.kv.SessionMetrics;
import io.flotilla.kv.SessionNamespaces;
import io.flotilla.registry.Catalog;
import io.flotilla.registry.Key;
import io.flotilla.registry.coordinator.NamespacesInUse;
import io.flotilla.topic.Room;
import io.flotilla.topic.Topic;
import io.flotilla.wire.Parts;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Gives the sharded entities the parts of the log they need, and starts them. */
final class Entities {
  /** Begins the id that says so of a namespace; it stays claimed for good. */
  private static final String HAS_SESSIONS = "HasSessions|";

  private final ActorSystem<?> system;
  private final ClusterSharding sharding;
  private final ReplicatedLog log;
  private final Quota quota;
  private final Clock clock;
  private final LongSupplier nanoTime;

  Entities(
      ActorSystem<?> system, ReplicatedLog log, Quota quota, Clock clock, LongSupplier nanoTime) {
    this.system = system;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.quota = quota;
    this.sharding = ClusterSharding.get(system);
    this.log = log;
  }

  /**
   * @param inUse receives namespaces with sessions
   */
  ActorRef<ShardingEnvelope<EntityActor.Command>> keySpaces(
      Consumer<String> inUse, SessionMetrics metrics) {
    return init(
        KeySpace.TYPE,
        (namespace, stayAwake) ->
            KeySpace.create(
                namespace,
                barrier(),
                clock,
                stayAwake,
                () -> inUse.accept(namespace),
                metrics,
                nanoTime));
  }

  /**
   * @param failed receives a namespace's checks that are critical or gone
   * @param inUse receives namespaces with registrations
   */
  ActorRef<ShardingEnvelope<EntityActor.Command>> catalogs(
      BiConsumer<String, Set<Key>> failed, Consumer<String> inUse) {
    return init(
        Catalog.TYPE,
        (namespace, stayAwake) ->
            Catalog.create(
                namespace,
                barrier(),
                clock,
                stayAwake,
                new Catalog.Listener() {
                  @Override
                  public void failed(Set<Key> checks) {
                    failed.accept(namespace, checks);
                  }

                  @Override
                  public void inUse() {
                    inUse.accept(namespace);
                  }
                },
                nanoTime));
  }

  /** There is one, and it keeps itself awake while time matters to it. */
  ActorRef<ShardingEnvelope<EntityActor.Command>> acl() {
    return init(
        Acl.TYPE, (name, stayAwake) -> Acl.create(name, barrier(), clock, stayAwake, nanoTime));
  }

  /** Topics don't use the log, which would refuse the writes of a second one: they need a lease. */
  ActorRef<ShardingEnvelope<Topic.Command>> topics(Room room) {
    return sharding.init(
        Entity.of(Topic.TYPE, entity -> Topic.create(epoch(), room))
            .withAllocationStrategy(new ShardPlacement())
            .withSettings(
                ClusterShardingSettings.create(system).withLeaseSettings(SeatLease.usage())));
  }

  /** An epoch that is unique to one incarnation of a topic. */
  private static String epoch() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }

  private ActorRef<ShardingEnvelope<EntityActor.Command>> init(
      EntityTypeKey<EntityActor.Command> type,
      BiFunction<String, Runnable, Behavior<EntityActor.Command>> behavior) {
    return sharding.init(
        Entity.of(
                type,
                entity -> {
                  String namespace = entity.getEntityId();
                  Runnable stayAwake =
                      () ->
                          sharding.entityRefFor(type, namespace).tell(new EntityActor.StayAwake());
                  return behavior.apply(namespace, stayAwake);
                })
            .withAllocationStrategy(new ShardPlacement()));
  }

  private ReadBarrier barrier() {
    return new ReadBarrier() {
      @Override
      public long epoch(String persistenceId) {
        return log.writerEpoch(persistenceId);
      }

      @Override
      public boolean isReplaced(String persistenceId, long epoch) {
        return log.isReplaced(persistenceId, epoch);
      }

      @Override
      public Quota quota() {
        return quota;
      }

      @Override
      public Checkpoints checkpoints() {
        return (id, epoch, sequenceNr, state) ->
            log.snapshots().saveBeside(id, epoch, sequenceNr, clock.millis(), state);
      }

      @Override
      public CompletionStage<Done> confirm(String persistenceId, long epoch) {
        return log.confirmWriter(persistenceId, epoch)
            .exceptionally(
                failure -> {
                  Throwable cause = Futures.unwrap(failure);
                  throw cause instanceof FencedException
                      ? new Superseded(persistenceId, cause)
                      : new CompletionException(cause);
                });
      }
    };
  }

  /**
   * @param persistenceId makes a namespace's, for one kind of entity
   */
  Existence existence(Function<String, PersistenceId> persistenceId) {
    return new Existence() {
      @Override
      public boolean isKnown(String namespace) {
        return log.isClaimed(persistenceId.apply(namespace).id());
      }

      @Override
      public CompletionStage<Done> catchUp() {
        return log.catchUp();
      }

      @Override
      public Quota.Room room() {
        return quota.room();
      }
    };
  }

  SessionNamespaces sessionNamespaces() {
    return namespace -> {
      String id = HAS_SESSIONS + namespace;
      return log.isClaimed(id)
          ? CompletableFuture.completedFuture(Done.getInstance())
          : log.mark(id)
              .exceptionally(
                  failure -> {
                    throw new Refusal(
                        "unavailable", "The log did not answer in time; nothing was changed.");
                  });
    };
  }

  NamespacesInUse inUse(ActorRef<ShardingEnvelope<EntityActor.Command>> keySpaces) {
    return new NamespacesInUse() {
      @Override
      public Collection<String> all() {
        Set<String> all = new HashSet<>();
        for (String kind : List.of(HAS_SESSIONS, Catalog.persistenceId("").id())) {
          log.claimed(kind).forEach(id -> all.add(id.substring(kind.length())));
        }
        return all;
      }

      @Override
      public void wake(String namespace) {
        if (log.isClaimed(KeySpace.persistenceId(namespace).id())) {
          keySpaces.tell(new ShardingEnvelope<>(namespace, new EntityActor.StayAwake()));
        }
      }
    };
  }

  LocalLog localLog() {
    return new LocalLog() {
      @Override
      public boolean has(String persistenceId) {
        return log.isClaimed(persistenceId);
      }

      @Override
      public Tail after(String persistenceId, long sequenceNr) {
        LocalCopy copy = log.localCopy(persistenceId, sequenceNr);
        return new Tail(
            copy.anew(), copy.snapshot().map(Parts.class::cast), copy.events(), copy.sequenceNr());
      }

      @Override
      public LeaderContact leaderContact() {
        return new LeaderContact(log.leaderNodeId() != null, log.leaderContactMillis());
      }
    };
  }
}
