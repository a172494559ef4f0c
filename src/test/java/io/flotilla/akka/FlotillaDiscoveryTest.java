package io.flotilla.akka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import akka.discovery.Discovery;
import akka.discovery.Lookup;
import akka.discovery.ServiceDiscovery.Resolved;
import akka.discovery.ServiceDiscovery.ResolvedTarget;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.client.Flotilla;
import io.flotilla.client.Registration;
import io.flotilla.client.ServiceDefinition;
import io.flotilla.embedded.EmbeddedCluster;
import io.flotilla.embedded.FlotillaCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Akka's discovery, and clusters that form by it, through Flotilla's registry. */
@FlotillaCluster
class FlotillaDiscoveryTest {
  private final EmbeddedCluster cluster;
  private final Flotilla flotilla;
  private final List<ActorSystem> systems = new ArrayList<>();

  FlotillaDiscoveryTest(EmbeddedCluster cluster, Flotilla flotilla) {
    this.cluster = cluster;
    this.flotilla = flotilla;
  }

  @AfterEach
  void end() {
    systems.forEach(ActorSystem::terminate);
    systems.forEach(
        s ->
            s.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(TestPatience.MILLIS, TimeUnit.MILLISECONDS)
                .join());
  }

  private ActorSystem system(String name, int managementPort) {
    ActorSystem system =
        ActorSystem.create(
            name,
            ConfigFactory.parseString(
                    """
                    flotilla.client.addresses = "%s"
                    akka.actor.provider = cluster
                    akka.discovery.method = flotilla
                    akka.management.cluster.bootstrap {
                      contact-point-discovery.service-name = shop
                      contact-point-discovery.required-contact-point-nr = 2
                      contact-point.filter-on-fallback-port = off # several on one machine
                    }
                    akka.management.http { hostname = "127.0.0.1", port = %d }
                    akka.management.cluster.bootstrap.contact-point-discovery.stable-margin = 1 s
                    akka.remote.artery.canonical { hostname = "127.0.0.1", port = %d }
                    akka.cluster.jmx.enabled = off
                    akka.coordinated-shutdown.exit-jvm = off
                    akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                    akka.loglevel = OFF
                    """
                        .formatted(cluster.addresses(), managementPort, FreePorts.next()))
                .withFallback(ConfigFactory.defaultReference()));
    systems.add(system);
    return system;
  }

  private Resolved lookup(ActorSystem system, Lookup lookup) {
    return Discovery.get(system)
        .discovery()
        .lookup(lookup, TestPatience.PATIENCE)
        .toCompletableFuture()
        .join();
  }

  private void register(ServiceDefinition service) {
    Flotilla.await(flotilla.services().register(service));
  }

  @Test
  void a_service_is_found_where_its_instances_say_that_they_are() {
    ServiceDefinition web = ServiceDefinition.of("web");
    register(web.id("web-1").address("10.0.0.1", 80));
    register(web.id("web-2").address("10.0.0.1", 81).meta("port-management", "8558"));
    ActorSystem system = system("client", FreePorts.next());
    assertThat(lookup(system, Lookup.create("web")).getAddresses())
        .extracting(FlotillaDiscoveryTest::place)
        .containsExactlyInAnyOrder("10.0.0.1:80", "10.0.0.1:81");
    assertThat(lookup(system, Lookup.create("web").withPortName("management")).getAddresses())
        .extracting(FlotillaDiscoveryTest::place)
        .containsExactly("10.0.0.1:8558");
    assertThat(lookup(system, Lookup.create("none")).getAddresses()).isEmpty();
  }

  private static String place(ResolvedTarget target) {
    Optional<Object> port = target.getPort();
    return target.host() + ":" + port.map(Object::toString).orElse("-");
  }

  @Test
  void a_cluster_forms_without_seed_nodes() {
    List<Registration> registrations = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        int port = FreePorts.next();
        ActorSystem system = system("shop", port);
        String id = "shop-" + port;
        ServiceDefinition self = ServiceDefinition.of("shop").id(id).address("127.0.0.1", port);
        Registration registration =
            flotilla.services().keepRegistered(self, Registration.Listener.none());
        AkkaManagement.get(system).start();
        ClusterBootstrap.get(system).start();
        registrations.add(registration);
      }
      await().until(() -> systems.stream().allMatch(s -> ups(s) == 2));
    } finally {
      registrations.forEach(Registration::close);
    }
  }

  private static long ups(ActorSystem system) {
    return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
        .filter(member -> member.status() == MemberStatus.up())
        .count();
  }
}
