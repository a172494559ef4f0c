package io.flotilla.kv;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import io.flotilla.shared.SharedActors;
import java.util.List;
import java.util.function.Function;

/**
 * The lossless watches of this node: one {@link ChangeFeed} for each prefix that is watched.
 *
 * @param <T> the form in which changes are sent
 */
public final class ChangeFeeds<T> {
  private record Watched(String namespace, String prefix, boolean sessions) {}

  private final KeyValueStore store;
  private final Function<List<KvEvent>, T> encoder;
  private final SharedActors<Watched, ChangeFeed.Command<T>> feeds;

  /**
   * @param encoder turns changes into what is sent, once for all watchers
   */
  public ChangeFeeds(
      ActorSystem<?> system, KeyValueStore store, Function<List<KvEvent>, T> encoder) {
    this.store = store;
    this.encoder = encoder;
    this.feeds = new SharedActors<>(system, "kv-feed", this::feed);
  }

  /**
   * Tells a watcher every change to keys under the prefix.
   *
   * @param sessions whether to tell what happens to sessions too; then the prefix must be empty
   * @param after the index up to which the watcher knows everything; -1: from now on
   * @return to be run when the watcher wants no more
   */
  public Runnable watch(
      String namespace, String prefix, boolean sessions, long after, Watcher<T> watcher) {
    ActorRef<ChangeFeed.Command<T>> feed =
        feeds.tell(new Watched(namespace, prefix, sessions), new ChangeFeed.Join<>(watcher, after));
    return () -> feed.tell(new ChangeFeed.Leave<>(watcher));
  }

  private Behavior<ChangeFeed.Command<T>> feed(Watched w, Runnable retire) {
    return ChangeFeed.create(
        w.prefix(),
        w.sessions(),
        new ChangeFeed.Source<>(
            (read, wait) -> store.follow(w.namespace(), read, ChangeFeed.timeout(), wait),
            encoder,
            retire));
  }
}
