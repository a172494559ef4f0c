package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Join;
import io.flotilla.TestPatience;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Gone;
import io.flotilla.journal.Roster.Why;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemovalTest {
  private final List<Consumer<Roster>> listeners = new CopyOnWriteArrayList<>();
  private volatile Roster roster = Roster.EMPTY;
  private final ActorSystem<Void> stays =
      ClusterSystem.start(
          Behaviors.setup(
              context -> {
                context.spawn(Removal.create(() -> roster, listeners::add), "removal");
                return Behaviors.empty();
              }));
  private final ActorSystem<Void> goes = ClusterSystem.start(Behaviors.empty());
  private final Cluster cluster = Cluster.get(stays);
  private final Cluster others = Cluster.get(goes);

  @BeforeEach
  void join() {
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    others.manager().tell(Join.create(cluster.selfMember().address()));
    await().until(() -> statuses().equals(Set.of(MemberStatus.up())) && size() == 2);
  }

  @AfterEach
  void end() {
    ClusterSystem.end(List.of(goes, stays));
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(TestPatience.PATIENCE);
  }

  private Set<MemberStatus> statuses() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .map(Member::status)
        .collect(Collectors.toSet());
  }

  private long size() {
    return cluster.state().members().size();
  }

  private void loseSeat() {
    Gone gone = new Gone("other", others.selfMember().uniqueAddress().longUid(), Why.REPLACED);
    roster = new Roster(1, "founder", Map.of(), List.of(gone), Map.of());
    listeners.forEach(listener -> listener.accept(roster));
  }

  @Test
  void who_has_lost_its_seat_is_removed_though_it_lives() {
    loseSeat();
    await().until(() -> size() == 1);
    assertThat(statuses()).containsExactly(MemberStatus.up());
  }

  /** Otherwise it would be in the way of the next life of its node, for good. */
  @Test
  void who_has_downed_itself_first_is_removed_too() {
    others.manager().tell(Down.apply(others.selfMember().address()));
    await().until(() -> statuses().contains(MemberStatus.down()));

    loseSeat();

    await().until(() -> size() == 1);
  }
}
