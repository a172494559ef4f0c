package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import io.flotilla.registry.Member;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import io.flotilla.wire.Message;
import java.util.List;

/** How a table gets to the nodes. */
final class Publish {
  private Publish() {}

  /** What a node's {@link TableFollower} hears from the coordinator. */
  sealed interface ToFollower extends TableFollower.Command, Message {
    ActorRef<FromFollower> coordinator();
  }

  /**
   * A part of a new version.
   *
   * @param base the version that this changes; {@link Version#NONE} if it changes any
   * @param part counts the messages of one version from 0
   * @param last whether no more parts follow
   * @param anew namespaces for whose services nothing known before holds. A coordinator that has
   *     just begun has not read all of them yet, and takes nothing away from what the nodes know of
   *     the others
   * @param hostsAnew the same for their hosts
   */
  record Part(
      Version base,
      Version version,
      int part,
      boolean last,
      List<String> anew,
      List<Upstream> changed,
      List<Table.Name> removed,
      ActorRef<FromFollower> coordinator,
      List<String> hostsAnew,
      List<HostEntry> hosts,
      List<HostEntry.Name> hostsRemoved)
      implements ToFollower {}

  /** From time to time: the version that everybody should have. */
  record Beat(Version version, ActorRef<FromFollower> coordinator) implements ToFollower {}

  /** What the coordinator hears from the nodes. */
  sealed interface FromFollower extends Coordinator.Command, Message {}

  /**
   * A node introduces itself.
   *
   * @param namespaces those in use that have lived here
   */
  record Introduce(Member member, List<String> namespaces, ActorRef<ToFollower> follower)
      implements FromFollower {}

  /** A namespace has got its first registration or session. */
  record Found(String namespace) implements FromFollower {}

  /** A node has missed a part. */
  record Behind(ActorRef<ToFollower> follower) implements FromFollower {}
}
