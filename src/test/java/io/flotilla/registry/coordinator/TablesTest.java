package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import io.flotilla.registry.CatalogResult.Changed;
import io.flotilla.registry.CatalogResult.ServiceChanged;
import io.flotilla.registry.Key;
import io.flotilla.registry.Node;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.ServiceRegistration;
import io.flotilla.registry.Stamp;
import io.flotilla.registry.Weights;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import io.flotilla.registry.coordinator.Publish.FromFollower;
import io.flotilla.registry.coordinator.Publish.Part;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TablesTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.loglevel = ERROR, akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private final TestProbe<ToFollower> follower = kit.createTestProbe(ToFollower.class);
  private final Tables tables =
      new Tables(kit.createTestProbe(FromFollower.class).getRef(), 3, () -> 0);

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private static Node node(String name, String address) {
    return new Node(name, "", address, Map.of(), Map.of(), false, Stamp.NONE);
  }

  private Part part() {
    return follower.expectMessageClass(Part.class);
  }

  private void nodes(Node... nodes) {
    tables.updateHosts("default", List.of(nodes), List.of(follower.getRef()));
  }

  @Test
  void what_has_changed_among_the_hosts_is_published() {
    nodes(node("a", "10.0.0.1"), node("b", "10.0.0.2"));
    Part first = part();
    assertThat(first.hostsAnew()).containsExactly("default");
    assertThat(first.anew()).isEmpty();
    assertThat(first.hosts()).hasSize(2);
    nodes(node("a", "10.0.0.1"), node("b", "10.0.0.2"));
    follower.expectNoMessage();
    nodes(node("a", "10.0.0.3"));
    Part next = part();
    assertThat(next.base()).isEqualTo(first.version());
    assertThat(next.hostsAnew()).isEmpty();
    assertThat(next.hosts()).containsExactly(new HostEntry("default", "a", "10.0.0.3", false));
    assertThat(next.hostsRemoved()).containsExactly(new HostEntry.Name("default", "b"));
  }

  @Test
  void who_has_nothing_gets_all_hosts_too() {
    nodes(node("a", "10.0.0.1"));
    part();
    tables.sendWhole(follower.getRef());
    Part whole = part();
    assertThat(whole.base()).isEqualTo(Version.NONE);
    assertThat(whole.hostsAnew()).containsExactly("default");
    assertThat(whole.hosts()).hasSize(1);
  }

  /** What is larger than a message may be would be published to nobody. */
  @Test
  void services_with_many_tags_travel_in_several_messages() {
    List<ServiceChanged> services = new ArrayList<>();
    for (int s = 0; s < 100; s++) {
      services.add(new ServiceChanged("s" + s, Collections.nCopies(10, instance("s" + s))));
    }
    tables.update("default", new Changed(7, true, services), List.of(follower.getRef()));
    List<Upstream> received = new ArrayList<>();
    Part part;
    int parts = 0;
    do {
      part = part();
      assertThat(part.part()).isEqualTo(parts++);
      assertThat(bytes(part)).isLessThan(1 << 20);
      received.addAll(part.changed());
    } while (!part.last());
    assertThat(parts).isGreaterThan(2);
    assertThat(received).hasSize(100);
    assertThat(received.get(0).instances().get(0).tags())
        .as("those that DNS can name, and not all of them")
        .hasSize(32)
        .allMatch(tag -> tag.length() <= 63);
  }

  private static long bytes(Part part) {
    return part.changed().stream()
        .flatMap(upstream -> upstream.instances().stream())
        .flatMap(instance -> instance.tags().stream())
        .mapToLong(String::length)
        .sum();
  }

  private static ServiceEntry instance(String name) {
    List<String> tags = new ArrayList<>(List.of("long".repeat(20)));
    for (int i = 0; i < 40; i++) {
      tags.add("tag-%02d-".formatted(i) + "x".repeat(50));
    }
    ServiceRegistration registration =
        new ServiceRegistration(
            name, tags, "", 80, Map.of(), Map.of(), new Weights(1, 1), false, false, false);
    return new ServiceEntry(
        node("a", "10.0.0.1"), Service.registered(new Key("a", name), registration, ""), List.of());
  }
}
