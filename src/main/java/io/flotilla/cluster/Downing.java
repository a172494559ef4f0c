package io.flotilla.cluster;

import akka.actor.ActorSystem;
import akka.actor.Props;
import akka.cluster.DowningProvider;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * Akka's own downing: none. {@link Removal} downs those who lost their seat in the log, and as that
 * is certain, singletons and shards need not wait before they start elsewhere. Akka compares the
 * name of this class when a node joins.
 */
public final class Downing extends DowningProvider {

  /** Instantiated by Akka, by name. */
  public Downing(ActorSystem system) {}

  @Override
  public FiniteDuration downRemovalMargin() {
    return Duration.Zero();
  }

  @Override
  public Option<Props> downingActorProps() {
    return Option.empty();
  }
}
