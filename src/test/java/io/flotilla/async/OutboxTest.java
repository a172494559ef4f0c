package io.flotilla.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<List<String>> left = new ArrayList<>();
  private final Outbox<String> outbox = new Outbox<>(tasks::add, 10, String::length, left::add);

  /** A thread has time for one of the tasks. */
  private void run() {
    tasks.remove().run();
  }

  @Test
  void whatWaitsForAThreadLeavesTogetherInItsOrder() {
    outbox.add("a");
    outbox.add("b");
    outbox.add("c");
    assertThat(tasks).hasSize(1);
    run();
    run();
    assertThat(left).containsExactly(List.of("a", "b", "c"));
    assertThat(tasks).isEmpty();
    outbox.add("d");
    run();
    assertThat(left).last().isEqualTo(List.of("d"));
  }

  @Test
  void asLongAsMoreComesOthersGoFirstButNotForEver() {
    outbox.add("a");
    outbox.add("b");
    run(); // two have come
    assertThat(left).isEmpty();
    outbox.add("c");
    run();
    assertThat(left).isEmpty();
    run(); // no more
    assertThat(left).containsExactly(List.of("a", "b", "c"));
    outbox.add("d");
    int turns = 0;
    while (left.size() == 1) {
      outbox.add("d");
      run();
      turns++;
    }
    assertThat(turns).isLessThan(20);
  }

  @Test
  void noMoreBytesLeaveTogetherThanMayUnlessOneAloneHasMore() {
    outbox.add("12345");
    outbox.add("67890");
    outbox.add("123456789012");
    outbox.add("x");
    while (!tasks.isEmpty()) {
      run();
    }
    assertThat(left)
        .containsExactly(List.of("12345", "67890"), List.of("123456789012"), List.of("x"));
  }

  @Test
  void whatComesWhileOthersLeaveFollowsThem() {
    List<List<String>> seen = new ArrayList<>();
    Deque<Runnable> later = new ArrayDeque<>();
    List<Outbox<String>> self = new ArrayList<>();
    self.add(
        new Outbox<>(
            later::add,
            10,
            String::length,
            all -> {
              seen.add(all);
              if (all.contains("a")) {
                self.get(0).add("b");
              }
            }));
    self.get(0).add("a");
    later.remove().run();
    later.remove().run();
    assertThat(seen).containsExactly(List.of("a"), List.of("b"));
    assertThat(later).isEmpty();
  }

  @Test
  void aFailureLosesOnlyWhatWasLeaving() {
    Outbox<String> failing =
        new Outbox<>(
            tasks::add,
            10,
            String::length,
            all -> {
              left.add(all);
              if (all.contains("bad")) {
                throw new IllegalStateException("as told");
              }
            });
    failing.add("bad");
    assertThatThrownBy(this::run).isInstanceOf(IllegalStateException.class);
    failing.add("good");
    run();
    assertThat(left).last().isEqualTo(List.of("good"));
  }

  @Test
  void withoutAnyThreadLeftNothingFails() {
    Outbox<String> late =
        new Outbox<>(
            task -> {
              throw new RejectedExecutionException();
            },
            10,
            String::length,
            left::add);
    late.add("a");
    late.add("b");
    assertThat(left).isEmpty();
  }

  @Test
  void fromManyThreadsAllArriveOnceAndThoseOfOneInOrder() throws Exception {
    int each = 20_000;
    record Sent(int sender, int number) {}
    Map<Integer, List<Integer>> arrived = new ConcurrentHashMap<>();
    CompletableFuture<Void> all = new CompletableFuture<>();
    int senders = 4;
    int[] count = {0};
    ExecutorService threads = Executors.newFixedThreadPool(senders + 2);
    Outbox<Sent> busy =
        new Outbox<>(
            threads,
            50,
            one -> 1,
            together -> {
              for (Sent one : together) {
                arrived.computeIfAbsent(one.sender(), s -> new ArrayList<>()).add(one.number());
              }
              count[0] += together.size(); // one thread at a time
              if (count[0] == senders * each) {
                all.complete(null);
              }
            });
    try {
      for (int s = 0; s < senders; s++) {
        int sender = s;
        threads.execute(() -> IntStream.range(0, each).forEach(n -> busy.add(new Sent(sender, n))));
      }
      all.get(60, TimeUnit.SECONDS);
      List<Integer> inOrder = IntStream.range(0, each).boxed().toList();
      assertThat(arrived)
          .hasSize(senders)
          .allSatisfy((s, got) -> assertThat(got).isEqualTo(inOrder));
    } finally {
      threads.shutdown();
    }
  }
}
