package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.CentralLock.Accepted;
import io.flotilla.lab.CentralLock.Msg;
import io.flotilla.lab.CentralLock.Refused;
import io.flotilla.lab.CentralLock.Write;

/** What the lock protects. Its check is what makes the lock safe. */
class FencedStore extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private long newest;

  FencedStore(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder().onMessage(Write.class, this::onWrite).build();
  }

  private Behavior<Msg> onWrite(Write write) {
    if (mayWrite(write.token(), newest)) {
      newest = Math.max(newest, write.token());
      host.report(new Accepted(write.client(), write.token()));
    } else {
      host.report(new Refused(write.client(), write.token()));
    }
    return this;
  }

  protected boolean mayWrite(long token, long newestSeen) {
    return token >= newestSeen;
  }

  @Override
  public String toString() {
    return "newest token " + newest;
  }
}
