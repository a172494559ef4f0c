package io.flotilla.akka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import akka.remote.RemoteActorRefProvider;
import akka.remote.testkit.Blackhole$;
import akka.remote.testkit.Direction;
import akka.remote.testkit.SetThrottle;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.embedded.EmbeddedCluster;
import io.flotilla.embedded.FlotillaCluster;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases of another Akka cluster than Flotilla's own. */
@FlotillaCluster
class FlotillaLeaseTest {
  private final EmbeddedCluster cluster;
  private final Flotilla flotilla;
  private ActorSystem one;
  private ActorSystem two;

  FlotillaLeaseTest(EmbeddedCluster cluster, Flotilla flotilla) {
    this.cluster = cluster;
    this.flotilla = flotilla;
  }

  @BeforeEach
  void start() {
    one = system();
    two = system();
  }

  @AfterEach
  void end() {
    Stream.of(one, two).forEach(ActorSystem::terminate);
    Stream.of(one, two).forEach(s -> soon(s.getWhenTerminated()));
  }

  /** As a program has it: nothing of Flotilla's own application.conf. */
  private ActorSystem system() {
    Config config =
        ConfigFactory.parseString(
                """
                flotilla.client.addresses = "%s"
                flotilla.lease { heartbeat-timeout = 30 s, lease-operation-timeout = 100 s }
                akka.actor.provider = cluster
                akka.cluster {
                  downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
                  split-brain-resolver {
                    active-strategy = lease-majority
                    lease-majority.lease-implementation = flotilla.lease
                  }
                }
                akka.cluster.split-brain-resolver.stable-after = 2 s
                akka.remote.artery {
                  canonical { hostname = "127.0.0.1", port = %d }
                  advanced.test-mode = on
                }
                akka.cluster.jmx.enabled = off
                akka.coordinated-shutdown.exit-jvm = off
                akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                akka.loglevel = OFF
                """
                    .formatted(cluster.addresses(), FreePorts.next()))
            .withFallback(ConfigFactory.defaultReference());
    return ActorSystem.create("shop", config);
  }

  private static Lease lease(ActorSystem system, String name, String owner) {
    return LeaseProvider.get(system).getLease(name, "flotilla.lease", owner);
  }

  private static <T> T soon(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(TestPatience.MILLIS, TimeUnit.MILLISECONDS).join();
  }

  @Test
  void a_lease_has_one_owner_at_a_time_and_each_has_a_higher_token() {
    Lease first = lease(one, "jobs", "a");
    Lease second = lease(two, "jobs", "b");
    assertThat(soon(first.acquire())).isTrue();
    assertThat(soon(first.acquire())).as("again").isTrue();
    assertThat(soon(second.acquire())).isFalse();
    assertThat(first.checkLease()).isTrue();
    assertThat(second.checkLease()).isFalse();
    long token = FlotillaClient.get(one).fencingToken("jobs").orElseThrow();
    Flotilla.await(flotilla.kv().setFenced("data", new byte[] {1}, token));
    assertThat(soon(first.release())).isTrue();
    assertThat(first.checkLease()).isFalse();
    assertThat(FlotillaClient.get(one).fencingToken("jobs")).isEmpty();
    assertThat(soon(second.acquire())).isTrue();
    assertThat(FlotillaClient.get(two).fencingToken("jobs").orElseThrow()).isGreaterThan(token);
    assertThatThrownBy(() -> Flotilla.await(flotilla.kv().setFenced("data", new byte[] {2}, token)))
        .isInstanceOf(FlotillaException.class);
    assertThat(soon(second.release())).isTrue();
  }

  @Test
  void an_owner_hears_that_it_has_lost_its_lease() throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    Lease lease = lease(one, "lost", "a");
    assertThat(soon(lease.acquire())).isTrue();
    assertThat(soon(lease.acquire(why -> lost.countDown()))).as("it has it").isTrue();
    String session = flotilla.kv().get("akka-lease/lost").join().orElseThrow().session();
    Flotilla.await(flotilla.sessions().destroy(session));
    assertThat(lost.await(TestPatience.MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(lease.checkLease()).isFalse();
    assertThat(soon(lease.acquire())).as("it may have it again").isTrue();
    assertThat(soon(lease.release())).isTrue();
  }

  @Test
  void of_a_cluster_that_is_cut_in_two_one_half_goes_on_and_it_has_the_lease() {
    Cluster a = Cluster.get(one);
    Cluster b = Cluster.get(two);
    a.join(a.selfAddress());
    b.join(a.selfAddress());
    await().until(() -> ups(a) == 2 && ups(b) == 2);
    cut(one, b);
    cut(two, a);
    await().until(() -> a.isTerminated() || b.isTerminated());
    ActorSystem left = a.isTerminated() ? two : one;
    Cluster survivor = Cluster.get(left);
    await().until(() -> ups(survivor) == 1);
    assertThat(survivor.isTerminated()).isFalse();
    assertThat(FlotillaClient.get(left).fencingToken("shop-akka-sbr")).isPresent();
    assertThat(flotilla.kv().get("akka-lease/shop-akka-sbr").join()).isPresent();
  }

  private static long ups(Cluster cluster) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(member -> member.status() == MemberStatus.up())
        .count();
  }

  /** Nothing passes between the system and the other, either way. */
  private static void cut(ActorSystem system, Cluster other) {
    RemoteActorRefProvider provider =
        (RemoteActorRefProvider) ((ExtendedActorSystem) system).provider();
    Direction both = Direction.Both$.MODULE$;
    provider
        .transport()
        .managementCommand(new SetThrottle(other.selfAddress(), both, Blackhole$.MODULE$));
  }
}
