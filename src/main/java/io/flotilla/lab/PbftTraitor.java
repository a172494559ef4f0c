package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.PbftMsg.*;
import java.util.ArrayList;
import java.util.List;

/** The first primary: proposes to each what its dice say, and agrees with everybody. */
class PbftTraitor extends AbstractBehavior<PbftMsg> {
  private final Host<PbftMsg> host;
  private final List<String> requests = new ArrayList<>();

  PbftTraitor(ActorContext<PbftMsg> ctx, Host<PbftMsg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<PbftMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Request.class, m -> onRequest(m.op()))
        .onMessage(Prepare.class, m -> agree(m.from(), m.view(), m.op()))
        .onMessage(ViewChange.class, this::onViewChange)
        .onAnyMessage(m -> this)
        .build();
  }

  private Behavior<PbftMsg> onRequest(String op) {
    requests.add(op);
    if (requests.size() == 2) {
      for (String other : host.others()) {
        String proposed = requests.get(host.random().nextInt(2));
        host.tell(other, new PrePrepare(host.id(), 0, proposed));
      }
    }
    return this;
  }

  private Behavior<PbftMsg> agree(String with, int view, String op) {
    host.tell(with, new Prepare(host.id(), view, op));
    host.tell(with, new Commit(host.id(), view, op));
    return this;
  }

  /** It knows of nothing that was prepared. */
  private Behavior<PbftMsg> onViewChange(ViewChange m) {
    host.tellOthers(new ViewChange(host.id(), m.view(), Prepared.NONE));
    return this;
  }

  @Override
  public String toString() {
    return "lies";
  }
}
