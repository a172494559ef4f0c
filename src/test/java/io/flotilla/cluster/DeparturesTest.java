package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  private final AtomicInteger told = new AtomicInteger();
  private final ActorSystem<Void> stays =
      system(
          Behaviors.setup(
              context -> {
                context.spawn(Departures.create(told::incrementAndGet), "departures");
                return Behaviors.empty();
              }));
  private final ActorSystem<Void> goes = system(Behaviors.empty());

  private static ActorSystem<Void> system(Behavior<Void> guardian) {
    return ActorSystem.create(
        guardian,
        "departures",
        ConfigFactory.parseString(
                "akka.remote.artery.canonical { hostname = 127.0.0.1, port = "
                    + FreePorts.next()
                    + " }\nakka.cluster.jmx.multi-mbeans-in-same-jvm = on"
                    + "\nakka.cluster.run-coordinated-shutdown-when-down = off"
                    + "\nakka.coordinated-shutdown.run-by-jvm-shutdown-hook = off")
            .withFallback(ConfigFactory.load()));
  }

  @AfterEach
  void end() {
    for (ActorSystem<Void> system : List.of(goes, stays)) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  @Test
  void tells_when_another_node_has_been_removed_and_not_before() {
    Cluster cluster = Cluster.get(stays);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    Cluster.get(goes).manager().tell(Join.create(cluster.selfMember().address()));
    Awaitility.await().until(() -> up(cluster) == 2);
    assertThat(told).hasValue(0);
    Removal.remove(stays, Cluster.get(goes).selfMember()); // it needn't have ended
    Awaitility.await().until(() -> told.get() > 0);
    assertThat(up(cluster)).isEqualTo(1);
    assertThat(told).hasValue(1);
  }

  private static long up(Cluster cluster) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(m -> m.status().equals(MemberStatus.up()))
        .count();
  }
}
