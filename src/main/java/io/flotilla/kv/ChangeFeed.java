package io.flotilla.kv;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.entity.Wait;
import io.flotilla.shared.Listener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * All watchers of one prefix on this node. It reads on from change to change with one waiting read,
 * however many watchers there are; a watcher that starts further back is brought up by reads of its
 * own. A failover of the key space is the gateway's concern: the read names the index up to which
 * everything is known, so nothing is lost, and nothing is passed on twice.
 *
 * @param <T> changes in the form in which they are sent, made once for all watchers
 */
final class ChangeFeed<T> extends AbstractBehavior<ChangeFeed.Command<T>> {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final long UNKNOWN = -1;

  sealed interface Command<T> {}

  /**
   * @param after the index up to which the watcher knows everything; -1: from now on
   */
  record Join<T>(Watcher<T> watcher, long after) implements Command<T> {}

  record Leave<T>(Watcher<T> watcher) implements Command<T> {}

  /**
   * @param life the life that asked: what was asked before a failure concerns nobody after it
   * @param changes null if they could not be read
   */
  private record Read<T>(ChangeFeed<T> life, KvResult.Changes changes) implements Command<T> {}

  private record ReadFor<T>(Watcher<T> watcher, KvResult.Changes changes) implements Command<T> {}

  private record Again<T>() implements Command<T> {}

  private record AgainFor<T>(Watcher<T> watcher) implements Command<T> {}

  private record Stop<T>() implements Command<T> {}

  /**
   * What a feed needs from the outside.
   *
   * @param onIdle called when nobody watches any more; the feed stops unless somebody came before
   */
  record Source<T>(
      BiFunction<KeyOp.Changes, Wait, CompletionStage<KvResult.Changes>> reads,
      Function<List<KvEvent>, T> encoder,
      Runnable onIdle) {}

  private final TimerScheduler<Command<T>> timers;
  private final String prefix;
  private final boolean sessions;
  private final Source<T> source;

  /** The index up to which each watcher knows everything. */
  private final Map<Watcher<T>, Long> live = new LinkedHashMap<>();

  private final Map<Watcher<T>, Long> behind = new LinkedHashMap<>();
  private long last = UNKNOWN;
  private boolean reading;

  static <T> Behavior<Command<T>> create(String prefix, boolean sessions, Source<T> source) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ChangeFeed<>(context, timers, prefix, sessions, source)));
  }

  static Duration timeout() {
    return READ_TIMEOUT;
  }

  private ChangeFeed(
      ActorContext<Command<T>> context,
      TimerScheduler<Command<T>> timers,
      String prefix,
      boolean sessions,
      Source<T> source) {
    super(context);
    this.timers = timers;
    this.prefix = prefix;
    this.sessions = sessions;
    this.source = source;
  }

  @Override
  @SuppressWarnings("unchecked") // the builder knows classes only, and each has one T here
  public Receive<Command<T>> createReceive() {
    return newReceiveBuilder()
        .onMessage(Join.class, join -> onJoin((Join<T>) join))
        .onMessage(Leave.class, leave -> onLeave((Leave<T>) leave))
        .onMessage(Read.class, read -> onRead((Read<T>) read))
        .onMessage(ReadFor.class, read -> onReadFor((ReadFor<T>) read))
        .onMessage(Again.class, again -> readOn())
        .onMessage(AgainFor.class, again -> onAgainFor((AgainFor<T>) again))
        .onMessage(Stop.class, stop -> onStop())
        .onSignal(PreRestart.class, failed -> loseAll())
        .onSignal(PostStop.class, stopped -> loseAll())
        .build();
  }

  private Behavior<Command<T>> onJoin(Join<T> join) {
    place(join.watcher(), join.after());
    return reading ? this : readOn();
  }

  /** A watcher is live, or behind, or waits for the first read to tell. */
  private void place(Watcher<T> watcher, long after) {
    if (last == UNKNOWN) {
      behind.put(watcher, after);
    } else if (after == UNKNOWN || after >= last) {
      long from = Math.max(after, last);
      if (Listener.tell(watcher, w -> w.started(from))) {
        live.put(watcher, from);
      }
    } else {
      behind.put(watcher, after);
      bringUp(watcher, after);
    }
  }

  private void bringUp(Watcher<T> watcher, long after) {
    getContext()
        .pipeToSelf(
            source.reads().apply(new KeyOp.Changes(prefix, sessions, after), Wait.NOT),
            (changes, failure) -> new ReadFor<>(watcher, changes));
  }

  private Behavior<Command<T>> onReadFor(ReadFor<T> read) {
    Long after = behind.get(read.watcher());
    if (after == null) {
      return this; // it left
    }
    KvResult.Changes changes = read.changes();
    if (changes == null) {
      AgainFor<T> again = new AgainFor<>(read.watcher());
      timers.startSingleTimer(again, again, RETRY);
      return this;
    }
    if (changes.compacted()) {
      behind.remove(read.watcher());
      Listener.tell(read.watcher(), w -> w.compacted(changes.index()));
      return this;
    }
    if (!tell(read.watcher(), changes.items())) {
      behind.remove(read.watcher());
    } else if (changes.index() >= last) {
      behind.remove(read.watcher());
      live.put(read.watcher(), changes.index());
    } else {
      behind.put(read.watcher(), changes.index());
      bringUp(read.watcher(), changes.index());
    }
    return this;
  }

  private Behavior<Command<T>> onAgainFor(AgainFor<T> again) {
    Long after = behind.get(again.watcher());
    if (after != null) {
      bringUp(again.watcher(), after);
    }
    return this;
  }

  private Behavior<Command<T>> readOn() {
    if (live.isEmpty() && behind.isEmpty()) {
      reading = false;
      last = UNKNOWN;
      source.onIdle().run();
      getContext().getSelf().tell(new Stop<>());
      return this;
    }
    reading = true;
    Wait wait = last == UNKNOWN ? Wait.NOT : Wait.atMost(last, WAIT);
    getContext()
        .pipeToSelf(
            source.reads().apply(new KeyOp.Changes(prefix, sessions, last), wait),
            (changes, failure) -> new Read<>(this, changes));
    return this;
  }

  private Behavior<Command<T>> onRead(Read<T> read) {
    if (read.life() != this) {
      return this;
    }
    KvResult.Changes changes = read.changes();
    if (changes == null) {
      timers.startSingleTimer("again", new Again<>(), RETRY);
      return this;
    }
    if (last == UNKNOWN) {
      last = changes.index();
      Map<Watcher<T>, Long> first = new LinkedHashMap<>(behind);
      behind.clear();
      first.forEach(this::place);
      return readOn();
    }
    if (changes.compacted()) {
      live.entrySet().removeIf(w -> w.getValue() < changes.index() && forgotten(w, changes));
    } else if (!changes.items().isEmpty()) {
      tellAll(changes.items());
    }
    live.replaceAll((watcher, at) -> Math.max(at, changes.index()));
    last = Math.max(last, changes.index());
    return readOn();
  }

  private boolean forgotten(Map.Entry<Watcher<T>, Long> watcher, KvResult.Changes changes) {
    Listener.tell(watcher.getKey(), w -> w.compacted(changes.index()));
    return true;
  }

  private void tellAll(List<KvEvent> items) {
    T encoded = source.encoder().apply(items);
    live.entrySet()
        .removeIf(
            w ->
                w.getValue() < items.get(0).index()
                    ? !Listener.tell(w.getKey(), watcher -> watcher.changes(encoded))
                    : !tell(
                        w.getKey(), items.stream().filter(h -> h.index() > w.getValue()).toList()));
  }

  private boolean tell(Watcher<T> watcher, List<KvEvent> items) {
    if (items.isEmpty()) {
      return true;
    }
    T encoded = source.encoder().apply(items);
    return Listener.tell(watcher, w -> w.changes(encoded));
  }

  private Behavior<Command<T>> onLeave(Leave<T> leave) {
    live.remove(leave.watcher());
    behind.remove(leave.watcher());
    return this;
  }

  /** Whoever watched here watches anew; nothing is missed, as each resumes where it was. */
  private Behavior<Command<T>> loseAll() {
    live.keySet().forEach(Listener::lose);
    behind.keySet().forEach(Listener::lose);
    return this;
  }

  private Behavior<Command<T>> onStop() {
    return live.isEmpty() && behind.isEmpty() && !reading ? Behaviors.stopped() : this;
  }
}
