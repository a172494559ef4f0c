package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.Saga.*;

/** Has one place. Asked again, it answers the same; once cancelled, it is never taken. */
class SagaStep extends AbstractBehavior<Msg> {
  private static final String DISK = "place";

  private final Host<Msg> host;

  SagaStep(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(SellOut.class, m -> onSellOut())
        .onMessage(Book.class, m -> onBook())
        .onMessage(Cancel.class, m -> onCancel())
        .build();
  }

  private Place place() {
    return host.storage().read(DISK, Place.class).orElse(Place.FREE);
  }

  private Behavior<Msg> onSellOut() {
    if (place() == Place.FREE) {
      host.storage().write(DISK, Place.SOLD);
    }
    return this;
  }

  private Behavior<Msg> onBook() {
    if (place() == Place.FREE) {
      host.storage().write(DISK, Place.TAKEN);
      host.report(new Took());
    }
    boolean taken = place() == Place.TAKEN;
    host.tell(Saga.COORDINATOR, taken ? new Booked(host.id()) : new SoldOut(host.id()));
    return this;
  }

  private Behavior<Msg> onCancel() {
    if (place() == Place.TAKEN) {
      host.report(new GaveBack());
    }
    if (place() != Place.SOLD) {
      host.storage().write(DISK, afterCancelling(place()));
    }
    host.tell(Saga.COORDINATOR, new Cancelled(host.id()));
    return this;
  }

  /** Noted also if there was nothing to cancel: the booking may still be on its way. */
  protected Place afterCancelling(Place before) {
    return Place.CANCELLED;
  }

  @Override
  public String toString() {
    return "" + place();
  }
}
