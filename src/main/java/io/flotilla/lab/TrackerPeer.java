package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Tracker.Announce;
import io.flotilla.lab.Tracker.AnnounceAgain;
import io.flotilla.lab.Tracker.Delete;
import io.flotilla.lab.Tracker.Fetch;
import io.flotilla.lab.Tracker.GaveUp;
import io.flotilla.lab.Tracker.Has;
import io.flotilla.lab.Tracker.LookAgain;
import io.flotilla.lab.Tracker.Lookup;
import io.flotilla.lab.Tracker.Msg;
import io.flotilla.lab.Tracker.Noted;
import io.flotilla.lab.Tracker.Peers;
import io.flotilla.lab.Tracker.Piece;
import io.flotilla.lab.Tracker.Seed;
import io.flotilla.lab.Tracker.Want;
import io.flotilla.lab.Tracker.Wanted;
import java.util.List;
import java.util.TreeMap;

/** Asks the tracker for peers, and one peer after another for the file. */
class TrackerPeer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  /** How often each file that is wanted was asked for. */
  private final TreeMap<String, Integer> attempts = new TreeMap<>();

  TrackerPeer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Seed.class, m -> has(m.file()))
        .onMessage(Delete.class, this::onDelete)
        .onMessage(Want.class, this::onWant)
        .onMessage(LookAgain.class, m -> look(m.file()))
        .onMessage(Peers.class, this::onPeers)
        .onMessage(Fetch.class, this::onFetch)
        .onMessage(Piece.class, m -> attempts.remove(m.file()) == null ? this : has(m.file()))
        .onMessage(AnnounceAgain.class, m -> announce(m.file()))
        .onMessage(Noted.class, this::onNoted)
        .build();
  }

  private Behavior<Msg> has(String file) {
    timers.cancel(new LookAgain(file));
    host.storage().write(file, true);
    host.report(new Has(file));
    return announce(file);
  }

  private Behavior<Msg> announce(String file) {
    host.tell("tracker", new Announce(host.id(), file));
    timers.startSingleTimer(new AnnounceAgain(file), Tracker.RETRY);
    return this;
  }

  private Behavior<Msg> onNoted(Noted noted) {
    timers.cancel(new AnnounceAgain(noted.file()));
    return this;
  }

  private Behavior<Msg> onDelete(Delete delete) {
    host.storage().write(delete.file(), false);
    return this;
  }

  private Behavior<Msg> onWant(Want want) {
    host.report(new Wanted(want.file()));
    attempts.put(want.file(), 0);
    if (listsItselfFirst()) {
      announce(want.file());
    }
    return look(want.file());
  }

  /** A peer that is listed must have what it is listed for. */
  protected boolean listsItselfFirst() {
    return false;
  }

  /** Each time anew: the list may have got longer. */
  private Behavior<Msg> look(String file) {
    if (attempts.get(file) == Tracker.ATTEMPTS) {
      attempts.remove(file);
      host.report(new GaveUp(file));
      return this;
    }
    host.tell("tracker", new Lookup(host.id(), file));
    timers.startSingleTimer(new LookAgain(file), Tracker.RETRY);
    return this;
  }

  private Behavior<Msg> onPeers(Peers list) {
    List<String> others = list.peers().stream().filter(p -> !p.equals(host.id())).toList();
    if (!others.isEmpty() && attempts.containsKey(list.file())) {
      int nth = attempts.merge(list.file(), 1, Integer::sum);
      host.tell(choose(others, nth), new Fetch(host.id(), list.file()));
    }
    return this;
  }

  protected String choose(List<String> peers, int attempt) {
    return peers.get(attempt % peers.size());
  }

  private Behavior<Msg> onFetch(Fetch request) {
    if (host.storage().read(request.file(), Boolean.class).orElse(false)) {
      host.tell(request.peer(), new Piece(request.file()));
    }
    return this;
  }

  @Override
  public String toString() {
    return attempts.isEmpty() ? "content" : "wants " + attempts.keySet();
  }
}
