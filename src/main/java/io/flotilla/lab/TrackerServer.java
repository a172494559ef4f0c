package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.Tracker.Announce;
import io.flotilla.lab.Tracker.Listed;
import io.flotilla.lab.Tracker.Lookup;
import io.flotilla.lab.Tracker.Msg;
import io.flotilla.lab.Tracker.Noted;
import io.flotilla.lab.Tracker.Peers;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Knows who says to have what. */
class TrackerServer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final SortedMap<String, SortedSet<String>> lists = new TreeMap<>();

  TrackerServer(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Announce.class, this::onAnnounce)
        .onMessage(Lookup.class, this::onLookup)
        .build();
  }

  private Behavior<Msg> onAnnounce(Announce news) {
    lists.computeIfAbsent(news.file(), file -> new TreeSet<>()).add(news.peer());
    host.report(new Listed(news.peer(), news.file()));
    host.tell(news.peer(), new Noted(news.file()));
    return this;
  }

  private Behavior<Msg> onLookup(Lookup query) {
    SortedSet<String> peers = lists.getOrDefault(query.file(), new TreeSet<>());
    host.tell(query.peer(), new Peers(query.file(), List.copyOf(peers)));
    return this;
  }

  @Override
  public String toString() {
    return "lists " + lists;
  }
}
