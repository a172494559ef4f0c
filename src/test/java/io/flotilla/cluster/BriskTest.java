package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.ClusterEvent.ClusterDomainEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.Leave;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

class BriskTest {
  /** Whatever happens then isn't Akka's own doing. */
  private static final Config NEVER_BY_ITSELF =
      ConfigFactory.parseString(
          "akka.cluster { gossip-interval = 1 h, leader-actions-interval = 1 h }");

  private static final Config MANUAL =
      ConfigFactory.parseString("akka.actor.provider = local").withFallback(ManualTime.config());

  private static ActorSystem<Void> start(Config config, Behavior<Brisk.Command> brisk) {
    return ClusterSystem.start(
        Behaviors.setup(
            context -> {
              context.spawn(brisk, "brisk");
              return Behaviors.empty();
            }),
        config);
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(TestPatience.PATIENCE);
  }

  private static void join(ActorSystem<Void> who, ActorSystem<Void> whom) {
    Cluster.get(who).manager().tell(Join.create(Cluster.get(whom).selfMember().address()));
  }

  private static long up(ActorSystem<Void> system) {
    Iterable<Member> members = Cluster.get(system).state().getMembers();
    return StreamSupport.stream(members.spliterator(), false)
        .filter(member -> member.status() == MemberStatus.up())
        .count();
  }

  @Test
  void members_hear_of_each_other_without_waiting_for_the_next_interval() {
    ActorSystem<Void> stays = start(NEVER_BY_ITSELF, Brisk.create());
    ActorSystem<Void> goes = start(NEVER_BY_ITSELF, Brisk.create());
    try {
      join(stays, stays);
      join(goes, stays);
      await().until(() -> up(stays) == 2 && up(goes) == 2);
      Cluster.get(goes).manager().tell(Leave.create(Cluster.get(goes).selfMember().address()));
      await().until(() -> Cluster.get(stays).state().members().size() == 1);
    } finally {
      ClusterSystem.end(List.of(goes, stays));
    }
  }

  @Test
  void news_makes_so_many_rounds_and_no_more() {
    ActorTestKit kit = ActorTestKit.create(MANUAL);
    try {
      ManualTime time = ManualTime.get(kit.system());
      CompletableFuture<ActorRef<ClusterDomainEvent>> listener = new CompletableFuture<>();
      AtomicInteger rounds = new AtomicInteger();
      kit.spawn(Brisk.create(listener::complete, rounds::incrementAndGet));
      for (int news = 1; news <= 3; news++) {
        listener.join().tell(ClusterEvent.getClusterShuttingDownInstance());
        int all = news * Brisk.ROUNDS;
        await()
            .until(
                () -> {
                  time.timePasses(Brisk.INTERVAL);
                  return rounds.get() >= all;
                });
        time.timePasses(Brisk.INTERVAL.multipliedBy(Brisk.ROUNDS));
        assertThat(rounds).hasValue(all);
      }
    } finally {
      kit.shutdownTestKit();
    }
  }
}
