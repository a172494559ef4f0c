package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Props;
import akka.testkit.javadsl.TestKit;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.IndexedSeq;
import scala.jdk.javaapi.CollectionConverters;

/** Regions of an actor system whose node has the coordinator, and of two others. */
class ShardPlacementTest {
  private static final ActorSystem SYSTEM =
      ActorSystem.create(
          "flotilla",
          ConfigFactory.parseString("akka.remote.artery.canonical.port = 0")
              .withFallback(ConfigFactory.load()));
  private static final ActorRef OWN = SYSTEM.actorOf(Props.empty(), "region");
  private static final ActorRef OTHER = region(1);
  private static final ActorRef THIRD = region(2);

  private static ActorRef region(int port) {
    return ((ExtendedActorSystem) SYSTEM)
        .provider()
        .resolveActorRef("akka://flotilla@127.0.0.1:" + port + "/system/sharding/KeySpace");
  }

  @AfterAll
  static void end() {
    TestKit.shutdownActorSystem(
        SYSTEM, scala.concurrent.duration.Duration.fromNanos(TestPatience.PATIENCE.toNanos()));
  }

  private static List<ActorRef> candidates(Map<ActorRef, Integer> shards) {
    scala.collection.mutable.Builder<
            scala.Tuple2<ActorRef, IndexedSeq<String>>,
            scala.collection.immutable.Map<ActorRef, IndexedSeq<String>>>
        current = scala.collection.immutable.Map$.MODULE$.newBuilder();
    shards.forEach((region, n) -> current.addOne(scala.Tuple2.apply(region, shards(region, n))));
    return CollectionConverters.asJava(ShardPlacement.candidates(current.result()).keys().toSeq());
  }

  private static IndexedSeq<String> shards(ActorRef region, int n) {
    List<String> names = IntStream.range(0, n).mapToObj(i -> region.path() + "-" + i).toList();
    return CollectionConverters.asScala(names).toIndexedSeq();
  }

  @Test
  void of_equals_the_coordinators_node_is_no_candidate() {
    assertThat(candidates(Map.of(OWN, 0, OTHER, 0, THIRD, 0))).containsOnly(OTHER, THIRD);
    assertThat(candidates(Map.of(OWN, 1, OTHER, 1, THIRD, 2))).containsOnly(OTHER, THIRD);
    assertThat(candidates(Map.of(OWN, 1, OTHER, 0))).containsOnly(OTHER);
  }

  @Test
  void shards_are_evened_out_nevertheless() {
    assertThat(candidates(Map.of(OWN, 0, OTHER, 1, THIRD, 1))).contains(OWN);
    assertThat(candidates(Map.of(OWN, 2, OTHER, 3))).contains(OWN);
  }

  @Test
  void alone_it_has_them_all() {
    assertThat(candidates(Map.of(OWN, 3))).containsOnly(OWN);
    assertThat(candidates(Map.of())).isEmpty();
  }
}
