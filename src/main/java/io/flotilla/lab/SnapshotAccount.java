package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import io.flotilla.lab.Snapshot.*;

/** An account in memory, and how it goes back to a snapshot, whose parts are on disk. */
abstract class SnapshotAccount extends AbstractBehavior<Msg> {
  final Host<Msg> host;
  Era era;
  int account;

  /** Whether the account is gone, until the first node says where to go back to. */
  boolean lost;

  SnapshotAccount(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
    this.era = new Era(0, 0);
  }

  String first() {
    return host.all().get(0);
  }

  /** Whether it is from before a restart. What is from after one brings the restart along. */
  boolean isOld(Era of) {
    onGoBack(of);
    return lost || isBefore(of.number(), era.number());
  }

  protected boolean isBefore(int sent, int now) {
    return sent < now;
  }

  Behavior<Msg> onGoBack(Era to) {
    if (to.number() > era.number()) {
      goBack(to);
    }
    return this;
  }

  /** The account, and then what had been on its way. */
  void goBack(Era to) {
    era = to;
    lost = false;
    host.storage().write("era", era);
    startOver();
    Part part = host.storage().read("part " + era.from(), Part.class).orElseThrow();
    hold(part.sum());
    host.report(new WentBack(era.from(), account));
  }

  Behavior<Msg> hold(int money) {
    account = money;
    host.report(new Holds(account));
    return this;
  }

  /** Forgets the snapshot that was being taken. */
  abstract void startOver();
}
