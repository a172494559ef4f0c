package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.flotilla.registry.Member;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.HostEntry;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Table;
import io.flotilla.registry.balance.Upstream;
import io.flotilla.registry.balance.Version;
import io.flotilla.registry.coordinator.Publish.Beat;
import io.flotilla.registry.coordinator.Publish.Behind;
import io.flotilla.registry.coordinator.Publish.Found;
import io.flotilla.registry.coordinator.Publish.FromFollower;
import io.flotilla.registry.coordinator.Publish.Introduce;
import io.flotilla.registry.coordinator.Publish.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableFollowerTest {
  private static final Member SELF = new Member("n1", "127.0.0.1", 8500, "", Map.of());

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.loglevel = ERROR, akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private final Balancer balancer = new Balancer((service, instance, time) -> {}, () -> 0);
  private final TestProbe<FromFollower> coordinator = kit.createTestProbe(FromFollower.class);
  private ActorRef<TableFollower.Command> follower;

  @BeforeEach
  void start() {
    follower = kit.spawn(TableFollower.create(SELF, balancer));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private static Upstream web(int port) {
    return Upstream.of(
        "default", "web", Map.of(), List.of(new Instance("n1", "w", "127.0.0.1", port, 1)));
  }

  private void publish(Version base, Version version, int part, boolean last, int port) {
    follower.tell(
        new Part(
            base,
            version,
            part,
            last,
            part == 0 && base.equals(Version.NONE) ? List.of("default") : List.of(),
            List.of(web(port)),
            List.of(),
            coordinator.getRef(),
            List.of(),
            List.of(),
            List.of()));
  }

  private int port() {
    return balancer.table().upstream("default", "web").orElseThrow().instances().get(0).port();
  }

  private void takes(Version version) {
    coordinator.awaitAssert(
        () -> {
          assertThat(balancer.table().version()).isEqualTo(version);
          return null;
        });
  }

  @Test
  void it_introduces_itself_with_the_namespaces_it_has_seen() {
    follower.tell(new TableFollower.Announce("team"));
    publish(Version.NONE, new Version(1, 1), 0, true, 80);
    Introduce introduce = coordinator.expectMessageClass(Introduce.class);
    assertThat(introduce.member()).isEqualTo(SELF);
    assertThat(introduce.namespaces()).containsExactly("team");
    follower.tell(new TableFollower.Announce("other"));
    follower.tell(new TableFollower.Announce("team"));
    coordinator.expectMessage(new Found("other"));
    coordinator.expectNoMessage();
  }

  @Test
  void versions_follow_one_another() {
    publish(Version.NONE, new Version(1, 1), 0, true, 80);
    takes(new Version(1, 1));
    publish(new Version(1, 1), new Version(1, 2), 0, true, 81);
    takes(new Version(1, 2));
    assertThat(port()).isEqualTo(81);
  }

  @Test
  void a_version_counts_once_its_last_part_is_there() {
    publish(Version.NONE, new Version(1, 1), 0, false, 80);
    coordinator.expectMessageClass(Introduce.class);
    coordinator.expectNoMessage();
    assertThat(balancer.table().version()).isEqualTo(Version.NONE);
    publish(Version.NONE, new Version(1, 1), 1, true, 81);
    takes(new Version(1, 1));
    assertThat(port()).isEqualTo(81);
  }

  @Test
  void who_missed_a_version_or_a_part_asks_for_the_whole() {
    publish(Version.NONE, new Version(1, 1), 0, true, 80);
    coordinator.expectMessageClass(Introduce.class);
    publish(new Version(1, 2), new Version(1, 3), 0, true, 83);
    coordinator.expectMessageClass(Behind.class);
    publish(new Version(1, 1), new Version(1, 4), 1, true, 84);
    coordinator.expectMessageClass(Behind.class);
    assertThat(port()).isEqualTo(80);
    follower.tell(new Beat(new Version(1, 4), coordinator.getRef()));
    coordinator.expectMessageClass(Behind.class);
    publish(Version.NONE, new Version(1, 4), 0, true, 84);
    takes(new Version(1, 4));
    follower.tell(new Beat(new Version(1, 4), coordinator.getRef()));
    coordinator.expectNoMessage();
  }

  @Test
  void a_coordinator_that_was_is_not_listened_to() {
    publish(Version.NONE, new Version(2, 1), 0, true, 80);
    takes(new Version(2, 1));
    publish(Version.NONE, new Version(1, 99), 0, true, 99);
    coordinator.expectMessageClass(Introduce.class);
    coordinator.expectNoMessage();
    assertThat(port()).isEqualTo(80);
  }

  @Test
  void a_new_coordinator_that_has_not_read_a_namespace_takes_nothing_of_it_away() {
    publish(Version.NONE, new Version(1, 1), 0, true, 80);
    takes(new Version(1, 1));
    publishAnew(Version.NONE, new Version(2, 0), List.of());
    takes(new Version(2, 0));
    assertThat(port()).isEqualTo(80);
    publishAnew(new Version(2, 0), new Version(2, 1), List.of("team"));
    takes(new Version(2, 1));
    assertThat(port()).isEqualTo(80);
    publishAnew(new Version(2, 1), new Version(2, 2), List.of("default"));
    takes(new Version(2, 2));
    assertThat(balancer.table().upstreams()).isEmpty();
  }

  private void publishAnew(Version base, Version version, List<String> anew) {
    publishHosts(base, version, anew, List.of(), List.of());
  }

  private void publishHosts(
      Version base,
      Version version,
      List<String> anew,
      List<String> hostsAnew,
      List<HostEntry> hosts,
      HostEntry.Name... gone) {
    follower.tell(
        new Part(
            base,
            version,
            0,
            true,
            anew,
            List.of(),
            List.of(),
            coordinator.getRef(),
            hostsAnew,
            hosts,
            List.of(gone)));
  }

  @Test
  void hosts_come_with_the_table_and_stay_until_their_namespace_was_read_anew() {
    HostEntry db = new HostEntry("default", "Db-1", "10.0.0.7", false);
    HostEntry n1 = new HostEntry("default", "n1", "127.0.0.1", true);
    List<String> all = List.of("default");
    publishHosts(Version.NONE, new Version(1, 1), List.of(), all, List.of(db, n1));
    takes(new Version(1, 1));
    assertThat(balancer.table().host("default", "db-1")).contains(db);
    publishHosts(Version.NONE, new Version(2, 0), all, List.of(), List.of());
    takes(new Version(2, 0));
    assertThat(balancer.table().hosts()).containsExactlyInAnyOrder(db, n1);
    publishHosts(
        new Version(2, 0), new Version(2, 1), List.of(), List.of(), List.of(), db.fullName());
    takes(new Version(2, 1));
    assertThat(balancer.table().hosts()).containsExactly(n1);
    publishHosts(new Version(2, 1), new Version(2, 2), List.of(), all, List.of());
    takes(new Version(2, 2));
    assertThat(balancer.table().hosts()).isEmpty();
  }

  @Test
  void what_travels_can_be_read_again() {
    kit.serializationTestKit()
        .verifySerialization(
            new Part(
                new Version(1, 1),
                new Version(1, 2),
                0,
                true,
                List.of("default"),
                List.of(web(80)),
                List.of(new Table.Name("default", "old")),
                coordinator.getRef(),
                List.of("default"),
                List.of(new HostEntry("default", "n1", "127.0.0.1", true)),
                List.of(new HostEntry.Name("default", "n2"))),
            true);
  }
}
