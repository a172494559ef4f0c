package io.flotilla.lab.check;

import static io.flotilla.lab.check.Linearizability.RegisterOp.read;
import static io.flotilla.lab.check.Linearizability.RegisterOp.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.check.Linearizability.KeyedOp;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

  private static Invocation<RegisterOp> op(RegisterOp what, long called, long answered) {
    return new Invocation<>(what, called, answered);
  }

  private static boolean holds(List<Invocation<RegisterOp>> history) {
    return Linearizability.holds(Linearizability.REGISTER, history);
  }

  @Test
  void a_read_that_overlaps_a_write_may_see_either_value() {
    assertThat(holds(List.of(op(write("a"), 0, 10), op(read(null), 1, 2)))).isTrue();
    assertThat(holds(List.of(op(write("a"), 0, 10), op(read("a"), 1, 2)))).isTrue();
  }

  @Test
  void a_read_after_the_write_must_see_it() {
    assertThat(holds(List.of(op(write("a"), 0, 1), op(read(null), 2, 3)))).isFalse();
    assertThat(holds(List.of(op(write("a"), 0, 1), op(read("a"), 2, 3)))).isTrue();
  }

  @Test
  void once_a_read_has_seen_the_new_value_no_later_read_may_see_the_old() {
    // Herlihy and Wing's "new-old inversion", while the write is still under way.
    List<Invocation<RegisterOp>> inversion =
        List.of(
            op(write("old"), 0, 1),
            op(write("new"), 2, 20),
            op(read("new"), 3, 4),
            op(read("old"), 5, 6));
    assertThat(holds(inversion)).isFalse();
  }

  @Test
  void two_overlapping_reads_may_see_the_values_in_either_order() {
    assertThat(
            holds(
                List.of(
                    op(write("old"), 0, 1),
                    op(write("new"), 2, 20),
                    op(read("new"), 3, 8),
                    op(read("old"), 4, 9))))
        .isTrue();
  }

  @Test
  void a_write_without_an_answer_may_have_happened_or_not_but_only_once() {
    Invocation<RegisterOp> lost = op(write("a"), 0, Invocation.NEVER);
    assertThat(holds(List.of(lost, op(read(null), 5, 6)))).isTrue();
    assertThat(holds(List.of(lost, op(read("a"), 5, 6)))).isTrue();
    assertThat(holds(List.of(lost, op(read(null), 5, 6), op(read("a"), 7, 8)))).isTrue();
    assertThat(holds(List.of(lost, op(read("a"), 5, 6), op(read(null), 7, 8)))).isFalse();
  }

  @Test
  void a_value_that_nobody_wrote_is_never_right() {
    assertThat(holds(List.of(op(write("a"), 0, 10), op(read("b"), 0, 10)))).isFalse();
  }

  @Test
  void of_a_key_value_store_each_key_is_judged_alone() {
    List<Invocation<KeyedOp>> history =
        List.of(
            new Invocation<>(new KeyedOp("x", write("1")), 0, 1),
            new Invocation<>(new KeyedOp("y", write("1")), 2, 3),
            new Invocation<>(new KeyedOp("x", read("1")), 4, 5),
            new Invocation<>(new KeyedOp("y", read(null)), 4, 5));
    assertThat(Linearizability.brokenKeys(history)).containsExactly("y");
    assertThat(Linearizability.brokenKeys(history.subList(0, 3))).isEmpty();
  }

  @Test
  void it_agrees_with_trying_every_order_on_two_thousand_small_histories() {
    Random random = new Random(7);
    int good = 0;
    for (int i = 0; i < 2_000; i++) {
      List<Invocation<RegisterOp>> history = randomHistory(random);
      boolean expected = someOrderWorks(history, new ArrayList<>());
      good += expected ? 1 : 0;
      assertThat(holds(history)).as("%s", history).isEqualTo(expected);
    }
    assertThat(good).isBetween(400, 1_600);
  }

  private static List<Invocation<RegisterOp>> randomHistory(Random random) {
    List<Invocation<RegisterOp>> history = new ArrayList<>();
    int size = 2 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      long called = random.nextInt(12);
      long answered = random.nextInt(8) == 0 ? Invocation.NEVER : called + 1 + random.nextInt(6);
      String value = String.valueOf((char) ('a' + random.nextInt(2)));
      boolean isWrite = random.nextBoolean();
      boolean nothing = !isWrite && random.nextInt(3) == 0;
      history.add(op(isWrite ? write(value) : read(nothing ? null : value), called, answered));
    }
    return history;
  }

  /** By definition: every subset of the unanswered ones, every order, no memory, no pruning. */
  private static boolean someOrderWorks(
      List<Invocation<RegisterOp>> rest, List<Invocation<RegisterOp>> order) {
    if (rest.stream().allMatch(Invocation::isPending) && legal(order)) {
      return true;
    }
    for (Invocation<RegisterOp> next : rest) {
      List<Invocation<RegisterOp>> without = new ArrayList<>(rest);
      without.remove(next);
      List<Invocation<RegisterOp>> longer = new ArrayList<>(order);
      longer.add(next);
      if (someOrderWorks(without, longer)) {
        return true;
      }
    }
    return false;
  }

  private static boolean legal(List<Invocation<RegisterOp>> order) {
    Optional<String> state = Optional.empty();
    for (int i = 0; i < order.size(); i++) {
      Invocation<RegisterOp> op = order.get(i);
      for (Invocation<RegisterOp> before : order.subList(0, i)) {
        if (op.answered() < before.called()) {
          return false;
        }
      }
      Optional<String> value = Optional.ofNullable(op.what().value());
      if (op.what().write()) {
        state = value;
      } else if (!op.isPending() && !state.equals(value)) {
        return false;
      }
    }
    return true;
  }
}
