package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import io.flotilla.registry.Member;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final ActorRef<ToFollower> follower = KIT.<ToFollower>createTestProbe().getRef();
  private Set<String> members = Set.of("n1", "n2");
  private Set<String> removed = Set.of();
  private final Presence presence =
      new Presence(
          new Roll() {
            @Override
            public Set<String> members() {
              return members;
            }

            @Override
            public Set<String> removed() {
              return removed;
            }
          });

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  @Test
  void a_node_is_absent_when_it_was_not_seen_for_more_looks_than_it_may_miss() {
    presence.introduce(follower, new Member("n1", "a", 1, "", Map.of()));
    presence.reachable(Set.of(follower));
    for (int i = 0; i < Presence.GRACE_LOOKS; i++) {
      presence.look();
      assertThat(presence.absent()).isEmpty();
    }
    presence.look();
    assertThat(presence.absent()).containsExactly("n2");
    assertThat(presence.present()).containsOnlyKeys("n1");
  }

  @Test
  void one_that_is_no_longer_a_member_is_not_missed() {
    presence.introduce(follower, new Member("n1", "a", 1, "", Map.of()));
    presence.reachable(Set.of(follower));
    for (int i = 0; i <= Presence.GRACE_LOOKS; i++) {
      presence.look();
    }
    members = Set.of("n1");
    assertThat(presence.absent()).isEmpty();
    members = Set.of("n1", "n2");
    assertThat(presence.absent()).containsExactly("n2");
  }

  @Test
  void one_that_comes_back_may_miss_as_many_again() {
    presence.introduce(follower, new Member("n1", "a", 1, "", Map.of()));
    presence.look();
    presence.look();
    presence.reachable(Set.of(follower));
    presence.look();
    presence.reachable(Set.of());
    presence.look();
    presence.look();
    assertThat(presence.absent()).containsExactly("n2");
    presence.look();
    assertThat(presence.absent()).containsExactly("n1", "n2");
  }

  @Test
  void one_that_was_removed_is_gone_when_it_is_out_of_sight_and_while_it_is_no_member_again() {
    removed = Set.of("n1");
    assertThat(presence.gone()).isEmpty(); // a member: it came back with another disk
    members = Set.of("n2");
    presence.introduce(follower, new Member("n1", "a", 1, "", Map.of()));
    presence.reachable(Set.of(follower));
    assertThat(presence.gone()).isEmpty();
    presence.reachable(Set.of());
    assertThat(presence.gone()).containsExactly("n1");
  }
}
