package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunsTest {
  private static final int MANY = 100_000;

  @Test
  void no_more_is_taken_than_is_asked_for() {
    AtomicInteger taken = new AtomicInteger();
    Iterable<Integer> all =
        () -> IntStream.range(0, MANY).peek(i -> taken.incrementAndGet()).iterator();
    Stream<List<Integer>> runs = Runs.of(all, i -> 8);
    Iterator<String> parts =
        Runs.inTurn(List.of(Stream.of("head"), runs.map(run -> run.size() + " items"))).iterator();
    assertThat(parts.next()).isEqualTo("head");
    assertThat(parts.next()).isEqualTo("500 items");
    assertThat(taken.get()).isLessThan(MANY / 10);
  }

  @Test
  void all_are_taken_in_order_and_none_of_none() {
    Iterable<Integer> many = () -> IntStream.range(0, MANY).iterator();
    List<Integer> taken = new ArrayList<>();
    Stream<List<Integer>> none = Runs.of(List.of(), i -> 1);
    Runs.inTurn(List.of(none, Runs.of(many, i -> 1), Runs.of(List.of(MANY), i -> 1)))
        .forEachOrdered(taken::addAll);
    assertThat(taken).hasSize(MANY + 1).isSorted();
  }
}
