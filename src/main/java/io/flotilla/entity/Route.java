package io.flotilla.entity;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import java.time.Duration;
import java.util.Set;

/**
 * Which way a gateway's messages take. Once it is known where the incarnation lives, batches go
 * there straight. A wrong address costs time only, as another incarnation refuses the batch: what
 * gets no answer is sent again through the shard.
 */
final class Route {
  /** A shard puts entities to sleep to which nothing came through it for ten times as long. */
  private static final long SHARD_NANOS = Duration.ofMinutes(1).toNanos();

  private final Ways ways;

  /** Null if it isn't known. */
  private ActorRef<EntityActor.Command> home;

  private long lastThroughShardNanos;

  Route(Ways ways) {
    this.ways = ways;
  }

  void send(EntityActor.Batch batch, long bytes, long now) {
    boolean first = batch.attempt() == 1;
    if (first && home != null && now - lastThroughShardNanos < SHARD_NANOS) {
      ways.straight(home, batch, bytes);
    } else {
      lastThroughShardNanos = now;
      ways.throughShard(batch);
    }
  }

  void throughShard(EntityActor.Command command) {
    ways.throughShard(command);
  }

  /**
   * @param newHome null if it isn't known
   */
  void livesAt(ActorRef<EntityActor.Command> newHome) {
    home = newHome;
  }

  void isGone(Set<Address> nodes) {
    if (home != null && nodes.contains(home.path().address())) {
      home = null;
    }
  }
}
