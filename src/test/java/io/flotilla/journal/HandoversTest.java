package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real state; time goes on by one with each look at the clock. */
class HandoversTest {
  private long time;
  private final Handovers handovers = new Handovers(() -> ++time);
  private LogState state = LogState.EMPTY;
  private long index;

  @BeforeEach
  void follow() {
    assertThat(handovers.take()).isEmpty();
  }

  private void apply(Command... commands) {
    LogState.AllApplied applied = state.apply(++index, List.of(commands));
    state = applied.state();
    handovers.applied(index, List.of(commands), applied.replies());
  }

  private static Command.Claim claim(String id) {
    return new Command.Claim(id, UUID.randomUUID());
  }

  private Command.Append append(String id, long epoch, long nr) {
    return new Command.Append(id, epoch, nr, List.of(new byte[] {1}), 1);
  }

  @Test
  void a_claim_is_told_and_the_first_write_after_it_and_no_other() {
    apply(claim("a"));
    apply(append("a", 1, 1));
    apply(append("a", 1, 2));
    assertThat(handovers.take())
        .containsExactly(new Handover.Claimed("a", 1, 1), new Handover.Written("a", 2, 2, 1));
    assertThat(handovers.take()).isEmpty();
  }

  @Test
  void a_claim_that_arrives_twice_is_one() {
    Command.Claim claim = claim("a");
    apply(claim);
    apply(claim);
    assertThat(handovers.take()).hasSize(1);
  }

  @Test
  void what_a_former_holder_tries_to_write_is_no_first_write() {
    apply(claim("a"));
    apply(claim("a"));
    apply(append("a", 1, 1));
    assertThat(handovers.take()).allMatch(Handover.Claimed.class::isInstance).hasSize(2);
    apply(append("a", 2, 1));
    assertThat(handovers.take()).containsExactly(new Handover.Written("a", 4, 3, 2));
  }

  @Test
  void what_nobody_takes_is_bounded() {
    for (int i = 0; i < Handovers.MOST + 10; i++) {
      apply(claim("id" + i));
    }
    assertThat(handovers.take()).hasSize(Handovers.MOST);
    apply(claim("again"));
    assertThat(handovers.take()).hasSize(1);
  }

  @Test
  void before_anybody_follows_nothing_is_kept() {
    Handovers fresh = new Handovers(() -> 0);
    LogState.AllApplied applied = state.apply(1, List.of(claim("a")));
    fresh.applied(1, List.of(claim("a")), applied.replies());
    assertThat(fresh.take()).isEmpty();
  }
}
