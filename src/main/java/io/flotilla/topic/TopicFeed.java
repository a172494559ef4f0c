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
 * All subscribers to one topic on this node. However many there are, a single waiting read follows
 * the end of the topic; subscribers that start further back catch up with reads of their own.
 *
 * <p>Pending reads are repeated every second. That finds a topic that has moved, keeps it in memory
 * while it has subscribers, and needs no further protocol: an answer names the place it continues
 * from, and is ignored if no subscriber is there.
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
   * A topic's answer to a read.
   *
   * @param after the place that the read named
   * @param gap whether the topic doesn't know that place, or no longer has what followed
   * @param from the place that the items follow: {@code after} unless there is a gap
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

  /** Subscribers that have received everything up to {@link #last}. */
  private final Set<Subscriber> live = new LinkedHashSet<>();

  /** How far each of the others has come; null: starts with the first answer. */
  private final Map<Subscriber, Position> behind = new LinkedHashMap<>();

  /** Null until the topic has answered. */
  private Position last;

  private int idleTicks;

  /**
   * @param topic sends to the topic, wherever it is
   * @param onIdle called when the last subscriber is gone; the feed then stops unless one has
   *     joined meanwhile
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

  /** Passes the next messages to all subscribers at the end. */
  private void advance(Messages messages) {
    if (!messages.gap() && messages.items().isEmpty()) {
      return; // the answer to a catch-up read
    }
    Told told = new Told(messages, messages.items().size());
    live.removeIf(subscriber -> !told.to(subscriber));
    last = messages.end();
    readOn();
  }

  /**
   * Brings up the subscribers waiting at this place, but no further than those at the end, so that
   * they join them; and into no epoch that those haven't reached.
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

  /** The first messages of an answer, encoded for the first subscriber and reused. */
  private final class Told {
    final Messages messages;
    final int count;
    private akka.util.ByteString encoded;

    Told(Messages messages, int count) {
      this.messages = messages;
      this.count = count;
    }

    /** Returns whether the subscriber is still listening. */
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

  /** All subscribers subscribe again, each from where it was. */
  private Behavior<Command> loseAll() {
    live.forEach(Listener::lose);
    behind.keySet().forEach(Listener::lose);
    return this;
  }
}
