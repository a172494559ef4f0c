package io.flotilla.journal;

import akka.actor.ExtendedActorSystem;
import akka.cluster.Cluster;
import akka.cluster.ClusterActorRefProvider;
import akka.cluster.MemberStatus;

/**
 * How Akka's cluster knows this node.
 *
 * @param uid one per life of an actor system; 0 if it can't join a cluster
 * @param up whether it is a full member
 */
record AkkaMember(long uid, boolean up) {
  static AkkaMember of(ExtendedActorSystem system) {
    if (!(system.provider() instanceof ClusterActorRefProvider)) {
      return new AkkaMember(0, false);
    }
    Cluster cluster = Cluster.get(system);
    return new AkkaMember(
        cluster.selfUniqueAddress().longUid(), cluster.selfMember().status() == MemberStatus.up());
  }
}
