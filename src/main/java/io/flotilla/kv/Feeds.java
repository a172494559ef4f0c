package io.flotilla.kv;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The door to the lossless watches of this node: one {@link Feed} for each prefix that is watched.
 *
 * @param <T> the form in which changes are sent
 */
public final class Feeds<T> {
  private record Watched(String namespace, String prefix, boolean sessions) {}

  private final ActorSystem<?> system;
  private final KeyValueStore store;
  private final Function<List<Happening>, T> encoder;
  private final ConcurrentMap<Watched, ActorRef<Feed.Command<T>>> feeds = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();

  /**
   * @param encoder makes what is sent of some changes, once for all watchers
   */
  public Feeds(ActorSystem<?> system, KeyValueStore store, Function<List<Happening>, T> encoder) {
    this.system = system;
    this.store = store;
    this.encoder = encoder;
  }

  /**
   * Tells a watcher every change to keys under the prefix.
   *
   * @param sessions what happens to sessions too; the prefix must be empty then
   * @param after the index up to which the watcher knows everything; -1: from now on
   * @return to be run when the watcher wants no more
   */
  public Runnable watch(
      String namespace, String prefix, boolean sessions, long after, Watcher<T> watcher) {
    ActorRef<Feed.Command<T>> feed =
        feeds.computeIfAbsent(new Watched(namespace, prefix, sessions), this::open);
    feed.tell(new Feed.Join<>(watcher, after));
    return () -> feed.tell(new Feed.Leave<>(watcher));
  }

  private ActorRef<Feed.Command<T>> open(Watched w) {
    Feed.Source<T> source =
        new Feed.Source<>(
            read -> store.submit(w.namespace(), read, Feed.timeout(), Feed.waitFor(read)),
            encoder,
            () -> feeds.remove(w));
    return system.systemActorOf(
        Feed.create(w.prefix(), w.sessions(), source),
        "kv-feed-" + number.incrementAndGet(),
        Props.empty());
  }
}
