package io.flotilla.topic;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.shared.Listener;
import io.flotilla.wire.Message;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All subscribers to one topic on this node. It reads on from the end with one waiting read,
 * however many subscribers there are; who starts further back is brought up by reads of its own.
 *
 * <p>Every second what was asked is asked again. That finds the topic where it has moved to, keeps
 * it in memory while it has subscribers, and needs no further protocol: an answer names the place
 * it continues, and one that continues nobody's place is ignored.
 */
final class TopicFeed extends AbstractBehavior<TopicFeed.Command> {
  static final Duration TICK = Duration.ofSeconds(1);
  private static final int LINGER_TICKS = 5;

  sealed interface Command {}

  /**
   * @param after the place up to which the subscriber knows everything; null: from now on
   */
  record Join(Subscriber subscriber, Position after) implements Command {}

  record Leave(Subscriber subscriber) implements Command {}

  /**
   * What a topic answers.
   *
   * @param after the place that was asked for
   * @param gap that place is not known to this incarnation of the topic, or no more
   * @param from the place that the items follow: the same as {@code after} unless there is a gap
   */
  record Messages(Position after, boolean gap, Position from, List<byte[]> items)
      implements Command, Message {
    Position end() {
      return from.plus(items.size());
    }
  }

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Stop implements Command {
    INSTANCE
  }

  private final Consumer<Topic.Command> topic;
  private final Subscriber.Encoder encoder;
  private final Runnable onIdle;

  /** Who was told everything up to {@link #last}. */
  private final Set<Subscriber> live = new LinkedHashSet<>();

  /** Up to where each of the others was told everything; null: begins with the first answer. */
  private final Map<Subscriber, Position> behind = new LinkedHashMap<>();

  /** Null until the topic has answered. */
  private Position last;

  private int idleTicks;

  /**
   * @param topic sends to the topic, wherever it lives
   * @param onIdle called when nobody subscribes any more; the feed stops unless somebody came
   *     before
   */
  static Behavior<Command> create(
      Consumer<Topic.Command> topic, Subscriber.Encoder encoder, Runnable onIdle) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new TopicFeed(context, timers, topic, encoder, onIdle)));
  }

  private TopicFeed(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Consumer<Topic.Command> topic,
      Subscriber.Encoder encoder,
      Runnable onIdle) {
    super(context);
    this.topic = topic;
    this.encoder = encoder;
    this.onIdle = onIdle;
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    readOn();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Join.class, this::onJoin)
        .onMessage(Leave.class, this::onLeave)
        .onMessage(Messages.class, this::onMessages)
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Stop.class, stop -> isIdle() ? Behaviors.stopped() : this)
        .onSignal(PreRestart.class, failed -> loseAll())
        .onSignal(PostStop.class, stopped -> loseAll())
        .build();
  }

  private void readOn() {
    topic.accept(new Topic.Read(last, last != null, self()));
  }

  private void bringUp(Position after) {
    topic.accept(new Topic.Read(after, false, self()));
  }

  private ActorRef<Messages> self() {
    return getContext().getSelf().narrow();
  }

  private Behavior<Command> onJoin(Join join) {
    idleTicks = 0;
    place(join.subscriber(), join.after());
    return this;
  }

  private void place(Subscriber subscriber, Position after) {
    if (last == null) {
      behind.put(subscriber, after);
    } else if (after == null) {
      if (Listener.tell(subscriber, s -> s.started(last))) {
        live.add(subscriber);
      }
    } else if (after.equals(last)) {
      live.add(subscriber);
    } else {
      behind.put(subscriber, after);
      bringUp(after);
    }
  }

  private Behavior<Command> onLeave(Leave leave) {
    live.remove(leave.subscriber());
    behind.remove(leave.subscriber());
    return this;
  }

  private Behavior<Command> onMessages(Messages messages) {
    if (last == null && messages.after() == null) {
      last = messages.end();
      Map<Subscriber, Position> first = new LinkedHashMap<>(behind);
      behind.clear();
      first.forEach(this::place);
      readOn();
    } else if (last != null && messages.after() != null) {
      catchUp(messages);
      if (messages.after().equals(last)) {
        advance(messages);
      }
    }
    return this;
  }

  /** The next messages for all who are at the end. */
  private void advance(Messages messages) {
    if (!messages.gap() && messages.items().isEmpty()) {
      return; // the answer to a read that did not wait
    }
    Told told = new Told(messages, messages.items().size());
    live.removeIf(subscriber -> !told.to(subscriber));
    last = messages.end();
    readOn();
  }

  /**
   * Those further back who asked from this place. They are told no more than those at the end were,
   * so that they join them; and nothing of an epoch that those have not heard of.
   */
  private void catchUp(Messages messages) {
    if (!last.reaches(messages.from())) {
      return;
    }
    long untold = last.sequence() - messages.from().sequence();
    Told told = new Told(messages, (int) Math.min(messages.items().size(), untold));
    Position end = messages.from().plus(told.count);
    if (!messages.gap() && told.count == 0) {
      return;
    }
    List<Subscriber> asked =
        behind.entrySet().stream()
            .filter(b -> messages.after().equals(b.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    for (Subscriber subscriber : asked) {
      behind.remove(subscriber);
      if (told.to(subscriber)) {
        place(subscriber, end);
      }
    }
  }

  /** The first messages of an answer, encoded when the first subscriber is told. */
  private final class Told {
    final Messages messages;
    final int count;
    private akka.util.ByteString encoded;

    Told(Messages messages, int count) {
      this.messages = messages;
      this.count = count;
    }

    /** Whether it listens on. */
    boolean to(Subscriber subscriber) {
      if (count > 0 && encoded == null) {
        encoded = encoder.encode(messages.from(), messages.items().subList(0, count));
      }
      return Listener.tell(
          subscriber,
          s -> {
            if (messages.gap()) {
              s.gap(messages.from());
            }
            if (count > 0) {
              s.messages(encoded);
            }
          });
    }
  }

  private Behavior<Command> onTick() {
    if (isIdle()) {
      if (++idleTicks > LINGER_TICKS) {
        onIdle.run();
        getContext().getSelf().tell(Stop.INSTANCE);
      }
      return this;
    }
    readOn();
    if (last != null) {
      Set.copyOf(behind.values()).forEach(this::bringUp);
    }
    return this;
  }

  private boolean isIdle() {
    return live.isEmpty() && behind.isEmpty();
  }

  /** Who subscribed here subscribes anew, from where it was. */
  private Behavior<Command> loseAll() {
    live.forEach(Listener::lose);
    behind.keySet().forEach(Listener::lose);
    return this;
  }
}
