package io.flotilla.cluster;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.cluster.sharding.ShardCoordinator.ActorSystemDependentAllocationStrategy;
import akka.cluster.sharding.ShardCoordinator.ShardAllocationStrategy$;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Set;
import scala.concurrent.Future;

/**
 * Akka's strategy, which evens out the shards; of equals, the node of the shards' coordinator is
 * the last choice.
 *
 * <p>When a node dies, its shards are given to others at once if their coordinator lives. If that
 * died too, another begins, and Akka gives it half a second to look around first. With this a
 * cluster of few namespaces loses either some of its shards or the coordinator, which nobody misses
 * for a second, but not both.
 */
public final class ShardPlacement implements ActorSystemDependentAllocationStrategy {
  private static final int MOST_MOVED_AT_ONCE = 20;
  private static final double LARGEST_PART_MOVED = 0.1;

  private final ActorSystemDependentAllocationStrategy even =
      (ActorSystemDependentAllocationStrategy)
          ShardAllocationStrategy$.MODULE$.leastShardAllocationStrategy(
              MOST_MOVED_AT_ONCE, LARGEST_PART_MOVED);

  @Override
  public void start(ActorSystem system) {
    even.start(system);
  }

  /** Runs on the coordinator's node, to which that node's region is a local one. */
  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
    return even.allocateShard(requester, shardId, candidates(current));
  }

  static Map<ActorRef, IndexedSeq<String>> candidates(Map<ActorRef, IndexedSeq<String>> current) {
    Map<ActorRef, IndexedSeq<String>> others = current;
    int besideCoordinator = Integer.MAX_VALUE;
    int fewest = Integer.MAX_VALUE;
    for (ActorRef region : scala.jdk.javaapi.CollectionConverters.asJava(current.keys())) {
      int shards = current.apply(region).size();
      if (region.path().address().hasLocalScope()) {
        others = others.removed(region);
        besideCoordinator = shards;
      } else {
        fewest = Math.min(fewest, shards);
      }
    }
    return fewest <= besideCoordinator && others.nonEmpty() ? others : current;
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    return even.rebalance(current, inProgress);
  }
}
