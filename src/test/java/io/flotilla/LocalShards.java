package io.flotilla;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.sharding.typed.ShardingEnvelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Stands for Akka's sharding in one process: the first message to an entity starts it, and one that
 * has stopped is started again by the next.
 *
 * <p>Entities are children of the actor that passes the messages on, which waits for nobody. A test
 * kit's {@code spawn} asks the kit's guardian and blocks; the guardian no longer answers once the
 * system ends, and it doesn't end before the actor that asks.
 *
 * @param <M> the messages to the entities
 */
public final class LocalShards<M> {
  /** Not messages to an entity. */
  private record Stop(String id, ActorRef<Done> replyTo) {}

  private record Stopped(String id) {}

  private final ActorTestKit kit;
  private final Function<String, Behavior<M>> entity;
  private final BiFunction<ActorContext<?>, M, M> way;
  private final ConcurrentMap<String, ActorRef<M>> running = new ConcurrentHashMap<>();
  private final ActorRef<Object> actor;

  /**
   * @param name of the actor that passes the messages on
   * @param entity by its id
   * @param way what becomes of a message on its way to an entity
   */
  public LocalShards(
      ActorTestKit kit,
      String name,
      Function<String, Behavior<M>> entity,
      BiFunction<ActorContext<?>, M, M> way) {
    this.kit = kit;
    this.entity = entity;
    this.way = way;
    this.actor = kit.spawn(Behaviors.setup(Shards::new), name);
  }

  private final class Shards extends AbstractBehavior<Object> {
    /** Who waits for an entity to stop. */
    private final List<Stop> stopping = new ArrayList<>();

    Shards(ActorContext<Object> context) {
      super(context);
    }

    @Override
    public Receive<Object> createReceive() {
      return newReceiveBuilder()
          .onMessage(Stop.class, this::onStop)
          .onMessage(Stopped.class, this::onStopped)
          .onMessage(ShardingEnvelope.class, this::onEnvelope)
          .build();
    }

    @SuppressWarnings("unchecked") // see ref()
    private Behavior<Object> onEnvelope(ShardingEnvelope<?> envelope) {
      running
          .computeIfAbsent(envelope.entityId(), this::start)
          .tell(way.apply(getContext(), (M) envelope.message()));
      return this;
    }

    private ActorRef<M> start(String id) {
      ActorRef<M> started = getContext().spawnAnonymous(entity.apply(id));
      getContext().watchWith(started, new Stopped(id));
      return started;
    }

    private Behavior<Object> onStop(Stop stop) {
      ActorRef<M> known = running.get(stop.id());
      if (known == null) {
        stop.replyTo().tell(Done.getInstance());
      } else {
        stopping.add(stop);
        getContext().stop(known);
      }
      return this;
    }

    private Behavior<Object> onStopped(Stopped stopped) {
      running.remove(stopped.id());
      stopping.stream()
          .filter(stop -> stop.id().equals(stopped.id()))
          .forEach(stop -> stop.replyTo().tell(Done.getInstance()));
      stopping.removeIf(stop -> stop.id().equals(stopped.id()));
      return this;
    }
  }

  public ActorRef<ShardingEnvelope<M>> ref() {
    return actor.narrow();
  }

  /** Those that run at the moment. */
  public Set<String> ids() {
    return Set.copyOf(running.keySet());
  }

  /** Stops an entity, as if its node had died. To be called by the test's thread; blocks. */
  public void stop(String id) {
    AskPattern.<Object, Done>ask(
            actor, replyTo -> new Stop(id, replyTo), TestPatience.PATIENCE, kit.scheduler())
        .toCompletableFuture()
        .join();
  }
}
