package io.flotilla.lab.check;

import static io.flotilla.lab.check.Linearizability.RegisterOp.compareAndSet;
import static io.flotilla.lab.check.Linearizability.RegisterOp.read;
import static io.flotilla.lab.check.Linearizability.RegisterOp.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.flotilla.lab.check.Linearizability.KeyedOp;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinearizabilityTest {

  private static Invocation<RegisterOp> op(RegisterOp what, long called, long answered) {
    return new Invocation<>(what, called, answered);
  }

  private static Invocation<RegisterOp> unanswered(RegisterOp what, long called) {
    return new Invocation<>(what, called, Invocation.NEVER);
  }

  private static boolean holds(List<Invocation<RegisterOp>> history) {
    return Linearizability.holds(Linearizability.REGISTER, history);
  }

  /** One after the other, each ended before the next begins. */
  private static List<Invocation<RegisterOp>> inTurn(RegisterOp... ops) {
    List<Invocation<RegisterOp>> history = new ArrayList<>();
    for (RegisterOp op : ops) {
      long called = 10 * history.size();
      history.add(op(op, called, called + 5));
    }
    return history;
  }

  /** The same, with one more that is called at the same time as the n-th, and never answered. */
  private static List<Invocation<RegisterOp>> inTurnBeside(
      RegisterOp unanswered, int n, RegisterOp... ops) {
    List<Invocation<RegisterOp>> history = inTurn(ops);
    history.add(unanswered(unanswered, 10L * n));
    return history;
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        arguments("a stale read", inTurn(write("a"), write("b"), read("a"))),
        arguments("a read of nothing after a write", inTurn(write("a"), read(null))),
        arguments("a lost write", inTurn(write("a"), write("b"), write("c"), read("b"))),
        arguments("a lost delete", inTurn(write("a"), write(null), read("a"))),
        arguments(
            "two writes in the wrong order",
            inTurn(write("a"), write("b"), read("b"), read("a"), read("b"))),
        arguments("a value that nobody wrote", inTurn(write("a"), read("b"))),
        arguments("a value that is written later", inTurn(read("a"), write("a"))),
        arguments(
            "a compare and set done twice",
            inTurn(write("a"), compareAndSet("a", "b", true), compareAndSet("a", "c", true))),
        arguments(
            "two at once that both found the same value",
            List.of(
                op(write("a"), 0, 1),
                op(compareAndSet("a", "b", true), 2, 9),
                op(compareAndSet("a", "c", true), 2, 9))),
        arguments(
            "a compare and set that found a value long gone",
            inTurn(write("a"), write("b"), compareAndSet("a", "c", true))),
        arguments(
            "one that refused what was there", inTurn(write("a"), compareAndSet("a", "b", false))),
        arguments(
            "one that said no and did it",
            inTurn(write("a"), compareAndSet("x", "b", false), read("b"))),
        arguments(
            "an unanswered write seen before it was called",
            inTurnBeside(write("u"), 1, read("u"), read("u"))),
        arguments(
            "an unanswered write done twice",
            inTurnBeside(write("u"), 0, read("u"), write("b"), read("b"), read("u"))),
        arguments(
            "an unanswered compare and set done where it must not",
            inTurnBeside(compareAndSet("a", "u", true), 1, write("a"), write("b"), read("u"))),
        arguments(
            "an unanswered compare and set done twice",
            inTurnBeside(
                compareAndSet("a", "u", true), 1, write("a"), read("u"), write("a"), read("u"))),
        arguments(
            "of two equal unanswered writes, three were done",
            Stream.concat(
                    inTurnBeside(
                        write("u"), 0, read("u"), write("a"), read("u"), write("b"), read("u"))
                        .stream(),
                    Stream.of(unanswered(write("u"), 0)))
                .toList()),
        arguments(
            "the new value, then the old one, while the write is under way",
            List.of(
                op(write("old"), 0, 1),
                op(write("new"), 2, 20),
                op(read("new"), 3, 4),
                op(read("old"), 5, 6))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void what_no_single_register_could_have_answered_is_found(
      String what, List<Invocation<RegisterOp>> history) {
    assertThat(holds(history)).isFalse();
    assertThat(unexplained(history)).isNotNull();
  }

  static Stream<Arguments> good() {
    return Stream.of(
        arguments("nothing", List.of()),
        arguments("an overlapping read of the old", overlapping(read(null), 1, 2)),
        arguments("an overlapping read of the new", overlapping(read("a"), 1, 2)),
        arguments("a write, seen", inTurn(write("a"), read("a"), write(null), read(null))),
        arguments(
            "overlapping reads of both values, in either order",
            List.of(
                op(write("old"), 0, 1),
                op(write("new"), 2, 20),
                op(read("new"), 3, 8),
                op(read("old"), 4, 9))),
        arguments(
            "overlapping writes that end in the other order",
            List.of(op(write("a"), 0, 10), op(write("b"), 1, 9), op(read("b"), 11, 12))),
        arguments(
            "a compare and set of nothing, and of what it left",
            inTurn(
                compareAndSet(null, "a", true),
                compareAndSet("a", "b", true),
                compareAndSet("a", "c", false),
                read("b"))),
        arguments(
            "two at once, of which one wins",
            List.of(
                op(write("a"), 0, 1),
                op(compareAndSet("a", "b", true), 2, 9),
                op(compareAndSet("a", "c", false), 2, 9))),
        arguments(
            "an unanswered write that did nothing",
            inTurnBeside(write("u"), 0, write("a"), read("a"), read("a"))),
        arguments(
            "an unanswered write that takes effect late",
            inTurnBeside(write("u"), 0, write("a"), read("a"), write("b"), read("b"), read("u"))),
        arguments(
            "an unanswered write that nobody reads, but a compare and set meets it",
            inTurnBeside(write("u"), 1, write("a"), compareAndSet("a", "b", false))),
        arguments(
            "an unanswered compare and set that waits for its value",
            inTurnBeside(
                compareAndSet("a", "u", true), 0, write("b"), read("b"), write("a"), read("u"))),
        arguments(
            "two equal unanswered writes, both done",
            Stream.concat(
                    inTurnBeside(write("u"), 0, read("u"), write("a"), read("u")).stream(),
                    Stream.of(unanswered(write("u"), 0)))
                .toList()));
  }

  private static List<Invocation<RegisterOp>> overlapping(RegisterOp what, long from, long to) {
    return List.of(op(write("a"), 0, 10), op(what, from, to));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void what_a_single_register_could_have_answered_is_accepted(
      String what, List<Invocation<RegisterOp>> history) {
    assertThat(holds(history)).isTrue();
    assertThat(unexplained(history)).isNull();
  }

  /** As the only key of a store. */
  private static Invocation<RegisterOp> unexplained(List<Invocation<RegisterOp>> history) {
    return Linearizability.unexplained(
            history.stream()
                .map(o -> new Invocation<>(new KeyedOp("k", o.what()), o.called(), o.answered()))
                .toList())
        .get("k");
  }

  @Test
  void of_a_key_value_store_each_key_is_judged_alone() {
    List<Invocation<KeyedOp>> history =
        List.of(
            new Invocation<>(new KeyedOp("x", write("1")), 0, 1),
            new Invocation<>(new KeyedOp("y", write("1")), 2, 3),
            new Invocation<>(new KeyedOp("x", read("1")), 4, 5),
            new Invocation<>(new KeyedOp("y", read(null)), 4, 5));
    assertThat(Linearizability.unexplained(history))
        .containsOnlyKeys("y")
        .containsEntry("y", op(read(null), 4, 5));
    assertThat(Linearizability.unexplained(history.subList(0, 3))).isEmpty();
  }

  @Test
  void it_agrees_with_trying_every_order_on_five_thousand_small_histories() {
    Random random = new Random(7);
    int good = 0;
    for (int i = 0; i < 5_000; i++) {
      List<Invocation<RegisterOp>> history = randomHistory(random);
      boolean expected = someOrderWorks(history, new ArrayList<>());
      good += expected ? 1 : 0;
      assertThat(holds(history)).as("%s", history).isEqualTo(expected);
      assertThat(unexplained(history) == null).as("%s", history).isEqualTo(expected);
    }
    assertThat(good).isBetween(1_000, 4_000);
  }

  private static List<Invocation<RegisterOp>> randomHistory(Random random) {
    List<Invocation<RegisterOp>> history = new ArrayList<>();
    int size = 2 + random.nextInt(4);
    for (int i = 0; i < size; i++) {
      long called = random.nextInt(12);
      long answered = random.nextInt(4) == 0 ? Invocation.NEVER : called + random.nextInt(7);
      RegisterOp what =
          switch (random.nextInt(5)) {
            case 0, 1 -> write(value(random));
            case 2, 3 -> read(random.nextInt(3) == 0 ? null : value(random));
            default ->
                compareAndSet(
                    random.nextInt(3) == 0 ? null : value(random),
                    value(random),
                    random.nextBoolean());
          };
      history.add(op(what, called, answered));
    }
    return history;
  }

  private static String value(Random random) {
    return String.valueOf((char) ('a' + random.nextInt(2)));
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
    String state = null;
    for (int i = 0; i < order.size(); i++) {
      Invocation<RegisterOp> op = order.get(i);
      for (Invocation<RegisterOp> before : order.subList(0, i)) {
        if (op.answered() < before.called()) {
          return false;
        }
      }
      Optional<String[]> after = after(state, op.what(), !op.isPending());
      if (after.isEmpty()) {
        return false;
      }
      state = after.get()[0];
    }
    return true;
  }

  /** The value afterwards, in an array as it may be null. */
  private static Optional<String[]> after(String state, RegisterOp op, boolean answered) {
    if (op instanceof RegisterOp.Write write) {
      return Optional.of(new String[] {write.value()});
    }
    if (op instanceof RegisterOp.CompareAndSet cas) {
      boolean meets = Objects.equals(state, cas.expected());
      return answered && meets != cas.done()
          ? Optional.empty()
          : Optional.of(new String[] {meets ? cas.value() : state});
    }
    boolean sees = Objects.equals(state, ((RegisterOp.Read) op).value());
    return answered && !sees ? Optional.empty() : Optional.of(new String[] {state});
  }
}
