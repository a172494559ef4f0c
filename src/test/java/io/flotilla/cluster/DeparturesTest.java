package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  private final List<Set<Address>> told = new CopyOnWriteArrayList<>();
  private final ActorSystem<Void> stays =
      ClusterSystem.start(
          Behaviors.setup(
              context -> {
                context.spawn(Departures.create(told::add), "departures");
                return Behaviors.empty();
              }));
  private final ActorSystem<Void> goes = ClusterSystem.start(Behaviors.empty());

  @AfterEach
  void end() {
    ClusterSystem.end(List.of(goes, stays));
  }

  @Test
  void tells_when_another_node_has_been_removed_and_not_before() {
    Cluster cluster = Cluster.get(stays);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    Cluster.get(goes).manager().tell(Join.create(cluster.selfMember().address()));
    Awaitility.await().until(() -> up(cluster) == 2);
    assertThat(told).isEmpty();
    Removal.remove(stays, Cluster.get(goes).selfMember()); // it needn't have ended
    Awaitility.await().until(() -> !told.isEmpty());
    assertThat(up(cluster)).isEqualTo(1);
    assertThat(told).containsExactly(Set.of(Cluster.get(goes).selfMember().address()));
  }

  private static long up(Cluster cluster) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(m -> m.status().equals(MemberStatus.up()))
        .count();
  }
}
