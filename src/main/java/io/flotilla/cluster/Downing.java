package io.flotilla.cluster;

import akka.actor.ActorSystem;
import akka.actor.Props;
import akka.cluster.DowningProvider;
import akka.cluster.sbr.SplitBrainResolverProvider;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Who removes unreachable members from Akka's cluster: its split brain resolver. Akka compares the
 * name of this class when a node joins, so it has to be the same in all versions that may be
 * members of one cluster.
 */
public final class Downing extends DowningProvider {
  private final DowningProvider resolver;

  /** Instantiated by Akka, by name. */
  public Downing(ActorSystem system) {
    this.resolver = new SplitBrainResolverProvider(system);
  }

  @Override
  public FiniteDuration downRemovalMargin() {
    return resolver.downRemovalMargin();
  }

  @Override
  public Option<Props> downingActorProps() {
    return resolver.downingActorProps();
  }
}
