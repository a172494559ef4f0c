package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.Snapshot.*;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Takes part in the snapshots: records its account, and what was on its way to it. */
class SnapshotNode extends SnapshotAccount {

  /** The snapshot that is being taken, or else the last one. */
  private int snapshot;

  private int recorded;
  private final SortedMap<String, List<Integer>> onTheWay = new TreeMap<>();

  /** The channels on which the marker hasn't come yet. */
  private final SortedSet<String> open = new TreeSet<>();

  /** The first node's: who has its part on disk, and the last snapshot that is whole. */
  private final SortedSet<String> done = new TreeSet<>();

  private int whole;

  SnapshotNode(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx, host);
    if (host.storage().read("era", Era.class).isEmpty()) {
      host.storage().write("part 0", new Part(Snapshot.MONEY, new TreeMap<>()));
      goBack(new Era(0, 0));
    } else {
      era = host.storage().read("era", Era.class).orElseThrow();
      lost = true;
      host.tell(first(), new Lost());
    }
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Transfer.class, this::onTransfer)
        .onMessage(Take.class, m -> isTaking() ? this : start(snapshot + 1))
        .onMessage(Money.class, m -> isOld(m.era()) ? this : onMoney(m))
        .onMessage(Marker.class, m -> isOld(m.era()) ? this : onMarker(m))
        .onMessage(Done.class, m -> isOld(m.era()) ? this : onDone(m))
        .onMessage(Lost.class, m -> onLost())
        .onMessage(GoBack.class, m -> onGoBack(m.era()))
        .build();
  }

  private Behavior<Msg> onLost() {
    goBack(new Era(era.number() + 1, whole));
    host.tellOthers(new GoBack(era));
    return this;
  }

  @Override
  void startOver() {
    open.clear();
    done.clear();
  }

  private Behavior<Msg> onTransfer(Transfer transfer) {
    if (lost || account < transfer.amount()) {
      return this;
    }
    host.tell(transfer.to(), new Money(host.id(), era, transfer.amount()));
    return hold(account - transfer.amount());
  }

  private Behavior<Msg> onMoney(Money money) {
    if (open.contains(money.from()) && recordsChannels()) {
      onTheWay.computeIfAbsent(money.from(), n -> new ArrayList<>()).add(money.amount());
    }
    return hold(account + money.amount());
  }

  protected boolean recordsChannels() {
    return true;
  }

  private boolean isTaking() {
    return !open.isEmpty() || !done.isEmpty();
  }

  /** Records the account and sends markers, both before anything else is sent. */
  private Behavior<Msg> start(int number) {
    snapshot = number;
    recorded = account;
    onTheWay.clear();
    done.clear();
    open.addAll(host.others());
    host.tellOthers(new Marker(host.id(), era, number));
    return this;
  }

  private Behavior<Msg> onMarker(Marker marker) {
    if (marker.snapshot() > snapshot) {
      start(marker.snapshot());
    }
    open.remove(marker.from());
    if (open.isEmpty()) {
      Part part = new Part(toRecord(recorded, account), new TreeMap<>(onTheWay));
      host.storage().write("part " + snapshot, part);
      host.report(new Recorded(snapshot, part));
      host.tell(first(), new Done(host.id(), era, snapshot));
    }
    return this;
  }

  /**
   * @param then what the account held at the first marker
   * @param now what it holds at the last one; the difference is in the channels
   */
  protected int toRecord(int then, int now) {
    return then;
  }

  private Behavior<Msg> onDone(Done part) {
    done.add(part.from());
    if (done.size() == host.all().size()) {
      whole = part.snapshot();
      done.clear();
      host.report(new Whole(whole));
    }
    return this;
  }

  @Override
  public String toString() {
    return lost ? "lost" : account + (open.isEmpty() ? "" : ", no marker yet from " + open);
  }
}
