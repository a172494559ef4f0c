package io.flotilla.post;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;

/** Hands on what other nodes send to this one's actors. */
final class PostOffice extends AbstractBehavior<Letters> {
  static Behavior<Letters> create() {
    return Behaviors.setup(PostOffice::new);
  }

  private PostOffice(ActorContext<Letters> context) {
    super(context);
  }

  @Override
  public Receive<Letters> createReceive() {
    return newReceiveBuilder().onMessage(Letters.class, this::onLetters).build();
  }

  private Behavior<Letters> onLetters(Letters letters) {
    letters.letters().forEach(letter -> letter.to().tell(letter.message()));
    return this;
  }
}
