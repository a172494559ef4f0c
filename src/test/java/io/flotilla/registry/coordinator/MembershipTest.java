package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.registry.Member;
import io.flotilla.registry.MemberOp;
import io.flotilla.registry.Status;
import io.flotilla.registry.coordinator.Publish.ToFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Member N1 = new Member("n1", "10.0.0.1", 8500, "", Map.of());

  private final List<Write<?, ?>> written = new ArrayList<>();
  private final List<Function<Throwable, Coordinator.Command>> ends = new ArrayList<>();
  private final Membership membership =
      new Membership(
          (namespace, fact, ended) -> {
            written.add(fact);
            ends.add(ended);
          });

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  /** With N1 in sight or not. */
  private static Presence presence(boolean n1, Set<String> members, Set<String> removed) {
    Presence presence =
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
    ActorRef<ToFollower> follower = KIT.<ToFollower>createTestProbe().getRef();
    presence.introduce(follower, N1);
    presence.reachable(n1 ? Set.of(follower) : Set.of());
    for (int i = 0; i <= Presence.GRACE_LOOKS; i++) {
      presence.look();
    }
    return presence;
  }

  private void look(boolean n1) {
    membership.keep(List.of("default"), presence(n1, Set.of("n1", "n2"), Set.of()));
  }

  private void look() {
    look(true);
  }

  private Membership.Ended end(int write, Throwable failure) {
    return (Membership.Ended) ends.get(write).apply(failure);
  }

  @Test
  void each_fact_is_written_once() {
    look();
    assertThat(written)
        .containsExactly(new MemberOp.Put(N1), new MemberOp.SerfHealth("n2", Status.CRITICAL));
    membership.onEnded(end(0, null));
    look();
    assertThat(written).hasSize(2);
  }

  @Test
  void a_write_that_failed_is_done_again_once_its_message_is_heard() {
    look();
    Membership.Ended failed =
        end(0, new CompletionException(new Refusal("unavailable", "not now")));
    look();
    assertThat(written).hasSize(2);
    membership.onEnded(failed);
    look();
    assertThat(written).hasSize(3).last().isEqualTo(new MemberOp.Put(N1));
  }

  @Test
  void a_catalog_that_does_not_know_the_node_is_not_told_again() {
    look();
    membership.onEnded(end(1, new CompletionException(new Refusal("unknown-node", "who?"))));
    look();
    assertThat(written).hasSize(2);
  }

  @Test
  void the_late_failure_of_an_older_write_does_not_undo_a_newer_one() {
    look();
    look(false);
    assertThat(written).hasSize(3);
    membership.onEnded(end(0, new Refusal("unavailable", "not now")));
    look(false);
    assertThat(written).hasSize(3);
  }

  @Test
  void a_node_that_was_removed_leaves_the_catalog_and_may_come_back_to_it() {
    look();
    membership.keep(List.of("default"), presence(false, Set.of("n2"), Set.of("n1")));
    membership.keep(List.of("default"), presence(false, Set.of("n2"), Set.of("n1")));
    assertThat(written).hasSize(3).last().isEqualTo(new MemberOp.Remove("n1"));
    membership.keep(List.of("default"), presence(true, Set.of("n1", "n2"), Set.of("n1")));
    assertThat(written).hasSize(4).last().isEqualTo(new MemberOp.Put(N1));
  }
}
