package io.flotilla.shared;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Shared actors of this node, one for each key, started by the first message for it.
 *
 * <p>One that fails restarts under the same reference; it has to notify its clients on {@link
 * akka.actor.typed.PreRestart}, as on {@link akka.actor.typed.PostStop}. One that has stopped, for
 * whatever reason, is forgotten, and the next message starts another.
 *
 * @param <M> the messages they understand
 */
public final class SharedActors<K, M> {
  /** Makes the actors. */
  @FunctionalInterface
  public interface Factory<K, M> {
    /**
     * @param retire called by an actor that has nothing to do. No message is sent to it afterwards;
     *     those sent before are in its mailbox, ahead of what the actor then sends itself
     */
    Behavior<M> create(K key, Runnable retire);
  }

  private sealed interface Life<K, M> {}

  private record Begins<K, M>(K key, ActorRef<M> actor) implements Life<K, M> {}

  private record Ended<K, M>(K key, ActorRef<M> actor) implements Life<K, M> {}

  private final ActorSystem<?> system;
  private final String name;
  private final Factory<K, M> factory;
  private final ConcurrentMap<K, ActorRef<M>> running = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();
  private final ActorRef<Life<K, M>> watcher;

  /**
   * @param name of the actors, to which a number is added
   */
  public SharedActors(ActorSystem<?> system, String name, Factory<K, M> factory) {
    this.system = system;
    this.name = name;
    this.factory = factory;
    this.watcher =
        system.systemActorOf(Behaviors.setup(Watcher::new), name + "-watcher", Props.empty());
  }

  /** Forgets actors that have stopped. */
  private final class Watcher extends AbstractBehavior<Life<K, M>> {
    Watcher(ActorContext<Life<K, M>> context) {
      super(context);
    }

    @Override
    public Receive<Life<K, M>> createReceive() {
      return newReceiveBuilder().onAnyMessage(this::onLife).build();
    }

    private Behavior<Life<K, M>> onLife(Life<K, M> life) {
      if (life instanceof Begins<K, M> begins) {
        getContext().watchWith(begins.actor(), new Ended<>(begins.key(), begins.actor()));
      } else if (life instanceof Ended<K, M> ended) {
        running.remove(ended.key(), ended.actor());
      }
      return this;
    }
  }

  /**
   * Sends a message to the actor of this key.
   *
   * @return the actor that got it
   */
  public ActorRef<M> tell(K key, M message) {
    // Sent in one step with the look-up, so that no message goes to an actor that has retired.
    return running.compute(
        key,
        (k, known) -> {
          ActorRef<M> actor = known != null ? known : start(k);
          actor.tell(message);
          return actor;
        });
  }

  /** Sends a message to all there are at the moment. */
  public void tellAll(M message) {
    for (K key : running.keySet()) {
      running.computeIfPresent(
          key,
          (k, actor) -> {
            actor.tell(message);
            return actor;
          });
    }
  }

  /** Whether this key has an actor at the moment. */
  public boolean isRunning(K key) {
    return running.containsKey(key);
  }

  private ActorRef<M> start(K key) {
    AtomicReference<ActorRef<M>> self = new AtomicReference<>();
    Runnable retire =
        () -> running.computeIfPresent(key, (k, actor) -> actor == self.get() ? null : actor);
    ActorRef<M> actor =
        system.systemActorOf(
            Behaviors.supervise(factory.create(key, retire))
                .onFailure(SupervisorStrategy.restart()),
            name + "-" + number.incrementAndGet(),
            Props.empty());
    self.set(actor);
    watcher.tell(new Begins<>(key, actor));
    return actor;
  }
}
