package io.flotilla.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.http.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The recipes besides locks, elections and semaphores, for which see {@link LockTest}. */
class RecipesTest {
  private static final TestServer SERVER = new TestServer();
  private static final Duration SOON = TestPatience.PATIENCE;
  private static final Duration A_MOMENT = Duration.ofMillis(300);

  private final Flotilla flotilla =
      PatientClient.connect(SERVER.base().replace("http://", "").replace("/v1", ""));
  private final String ns = UUID.randomUUID().toString();
  private final KeyValue kv = flotilla.kv(ns);
  private final Recipes recipes = flotilla.recipes(ns, Duration.ofMinutes(1));
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void disconnect() {
    threads.shutdownNow();
    flotilla.close();
  }

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private <T> CompletableFuture<T> begin(Callable<T> task) {
    return supplyAsync(
        () -> {
          try {
            return task.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        threads);
  }

  private static <T> T soon(CompletableFuture<T> future) throws Exception {
    return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private int keys(String prefix) {
    return Flotilla.await(kv.keys(prefix, null)).size();
  }

  /** As if its process had died and its TTL were over. */
  private void endSessionOf(String key) {
    Entry held = Flotilla.await(kv.list(key)).get(0);
    Flotilla.await(flotilla.sessions(ns).destroy(held.session()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void readers_share_a_lock_and_a_writer_waits_for_all_of_them() throws Exception {
    try (ReadLock a = recipes.readLock("k");
        ReadLock b = recipes.readLock("k");
        Lock writer = recipes.lock("k")) {
      a.acquire();
      assertThat(b.tryAcquire(Duration.ZERO)).isTrue();
      CompletableFuture<Long> writing = begin(writer::acquire);
      await().until(() -> keys("k/.waiting/") == 3);
      a.close();
      assertThat(writing).isNotDone();
      b.close();
      assertThat(soon(writing)).isPositive();
      assertThat(keys("k/.waiting/")).isEqualTo(1);
    }
    assertThat(keys("")).isZero();
  }

  @Test
  void a_reader_waits_for_the_writers_before_it_so_that_no_writer_starves() throws Exception {
    try (ReadLock a = recipes.readLock("k");
        Lock writer = recipes.lock("k");
        ReadLock late = recipes.readLock("k")) {
      a.acquire();
      CompletableFuture<Long> writing = begin(writer::acquire);
      await().until(() -> keys("k/.waiting/") == 2);
      assertThat(late.tryAcquire(A_MOMENT)).isFalse();
      CompletableFuture<Boolean> reading = begin(() -> late.tryAcquire(SOON));
      await().until(() -> keys("k/.waiting/") == 3);
      a.close();
      soon(writing);
      assertThat(reading).isNotDone();
      writer.close();
      assertThat(soon(reading)).isTrue();
    }
  }

  @Test
  void a_reader_fences_off_the_writer_whose_session_has_ended() throws Exception {
    try (Lock writer = recipes.lock("k");
        ReadLock reader = recipes.readLock("k")) {
      long token = writer.acquire();
      Flotilla.await(kv.setFenced("data", bytes("in time"), token));
      endSessionOf("k");
      reader.acquire();
      assertThatThrownBy(() -> Flotilla.await(kv.setFenced("data", bytes("late"), token)))
          .isInstanceOfSatisfying(
              FlotillaException.class, e -> assertThat(e.code()).isEqualTo("stale-fencing-token"));
    }
  }

  @Test
  void a_reader_waits_for_a_holder_outside_the_line_and_hears_when_it_is_lost() throws Exception {
    String other =
        Flotilla.await(
            flotilla.sessions(ns).create("other", Duration.ZERO, false, "release", Duration.ZERO));
    assertThat(Flotilla.await(kv.acquire("k", new byte[0], other))).isPresent();
    CountDownLatch lost = new CountDownLatch(1);
    Recipes shortLived = flotilla.recipes(ns, Duration.ofSeconds(10));
    try (ReadLock reader = shortLived.readLock("k").onLost(lost::countDown)) {
      assertThat(reader.tryAcquire(A_MOMENT)).isFalse();
      Flotilla.await(kv.release("k", new byte[0], other));
      assertThat(reader.tryAcquire(SOON)).isTrue();
      endSessionOf("k/.waiting/");
      assertThat(lost.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(reader.isHeld()).isFalse();
    }
  }

  @Test
  void a_barrier_holds_back_until_anybody_lowers_it() throws Exception {
    Barrier barrier = recipes.barrier("b");
    assertThat(barrier.await(Duration.ZERO)).as("it is down").isTrue();
    Flotilla.await(barrier.raise());
    assertThat(barrier.await(A_MOMENT)).isFalse();
    int watching = SERVER.store.watches();
    CompletableFuture<Boolean> waiting = begin(() -> barrier.await(SOON));
    await().until(() -> SERVER.store.watches() > watching);
    Flotilla.await(recipes.barrier("b").lower());
    assertThat(soon(waiting)).isTrue();
  }

  @Test
  void participants_enter_together_and_leave_together_again_and_again() throws Exception {
    int many = 4;
    List<DoubleBarrier> barriers =
        IntStream.range(0, many).mapToObj(i -> recipes.doubleBarrier("d", many)).toList();
    for (int round = 0; round < 3; round++) {
      List<CompletableFuture<Boolean>> entering =
          barriers.stream().limit(many - 1).map(b -> begin(() -> b.enter(SOON))).toList();
      await().until(() -> keys("d/.barrier/in/") == many - 1);
      assertThat(entering).noneMatch(CompletableFuture::isDone);
      DoubleBarrier last = barriers.get(many - 1);
      assertThat(last.enter(Duration.ZERO)).as("it is the last").isTrue();
      for (CompletableFuture<Boolean> other : entering) {
        assertThat(soon(other)).isTrue();
      }
      List<CompletableFuture<Boolean>> leaving =
          barriers.stream().limit(many - 1).map(b -> begin(() -> b.leave(SOON))).toList();
      await().until(() -> keys("d/.barrier/in/") == 1);
      assertThat(leaving).noneMatch(CompletableFuture::isDone);
      assertThat(last.leave(SOON)).isTrue();
      for (CompletableFuture<Boolean> other : leaving) {
        assertThat(soon(other)).isTrue();
      }
    }
  }

  @Test
  void who_comes_too_early_gives_up_and_is_not_counted() throws Exception {
    try (DoubleBarrier early = recipes.doubleBarrier("d", 2);
        DoubleBarrier one = recipes.doubleBarrier("d", 2);
        DoubleBarrier two = recipes.doubleBarrier("d", 2)) {
      assertThat(early.enter(A_MOMENT)).isFalse();
      assertThat(one.enter(A_MOMENT)).isFalse();
      CompletableFuture<Boolean> waiting = begin(() -> one.enter(SOON));
      assertThat(two.enter(SOON)).isTrue();
      assertThat(soon(waiting)).isTrue();
      assertThat(early.isIn()).isFalse();
    }
  }

  @Test
  void a_participant_that_dies_is_waited_for_no_longer() throws Exception {
    Recipes mortal = flotilla.recipes(ns, Duration.ofSeconds(10));
    try (DoubleBarrier one = mortal.doubleBarrier("d", 2);
        DoubleBarrier two = recipes.doubleBarrier("d", 2)) {
      CompletableFuture<Boolean> waiting = begin(() -> one.enter(SOON));
      assertThat(two.enter(SOON)).isTrue();
      assertThat(soon(waiting)).isTrue();
      assertThat(two.leave(A_MOMENT)).as("the other is still at work").isFalse();
      endSessionOf("d/.barrier/in/");
      assertThat(two.leave(SOON)).isTrue();
      await().until(() -> !one.isIn());
    }
  }

  @Test
  void whose_session_ends_at_the_barrier_learns_that_it_may_have_been_counted() {
    Recipes mortal = flotilla.recipes(ns, Duration.ofSeconds(10));
    try (DoubleBarrier one = mortal.doubleBarrier("d", 2)) {
      CompletableFuture<Boolean> waiting = begin(() -> one.enter(SOON));
      await().until(() -> keys("d/.barrier/in/") == 1);
      endSessionOf("d/.barrier/in/");
      assertThatThrownBy(() -> soon(waiting)).hasRootCauseInstanceOf(OutcomeUnknownException.class);
      assertThat(one.isIn()).isFalse();
    }
  }

  @Test
  void additions_of_many_are_all_counted_once() throws Exception {
    int each = 10;
    List<CompletableFuture<Void>> adding =
        Stream.generate(() -> recipes.counter("n"))
            .limit(4)
            .map(
                counter ->
                    begin(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            Flotilla.await(counter.add(3));
                          }
                          return (Void) null;
                        }))
            .toList();
    for (CompletableFuture<Void> one : adding) {
      soon(one);
    }
    assertThat(Flotilla.await(recipes.counter("n").get())).isEqualTo(4 * 3 * each);
    assertThat(Flotilla.await(recipes.counter("n").add(-121))).isEqualTo(-1);
  }

  @Test
  void a_counter_refuses_what_is_no_number_and_changes_nothing() {
    Counter counter = recipes.counter("n");
    Flotilla.await(kv.set("n", Long.toString(Long.MAX_VALUE)));
    assertThatThrownBy(() -> counter.add(1).join()).hasCauseInstanceOf(ArithmeticException.class);
    assertThat(Flotilla.await(counter.get())).isEqualTo(Long.MAX_VALUE);
    Flotilla.await(kv.set("n", "one"));
    assertThatThrownBy(() -> Flotilla.await(counter.add(1)))
        .isInstanceOf(FlotillaException.class)
        .hasMessageContaining("not a number");
    assertThat(Flotilla.await(kv.get("n")).orElseThrow().text()).isEqualTo("one");
  }

  @Test
  void a_counter_that_others_change_each_time_gives_up_and_says_that_nothing_is_counted()
      throws Exception {
    FakeNode.Behaviour contended =
        (node, exchange) ->
            FakeNode.reply(
                exchange,
                200,
                exchange.getRequestMethod().equals("PUT")
                    ? "false"
                    : "[{\"Key\":\"n\",\"Value\":\"MQ==\",\"ModifyIndex\":7}]");
    try (FakeNode node = new FakeNode(contended);
        Flotilla client = Flotilla.connect(node.address())) {
      assertThatThrownBy(() -> Flotilla.await(client.recipes().counter("n").add(1)))
          .isInstanceOfSatisfying(
              FlotillaException.class, e -> assertThat(e.code()).isEqualTo(Counter.CONTENDED));
    }
  }

  @Test
  void a_group_has_its_living_members_and_each_id_once() throws Exception {
    CountDownLatch lost = new CountDownLatch(1);
    Recipes mortal = flotilla.recipes(ns, Duration.ofSeconds(10));
    try (GroupMember a = mortal.groupMember("g", "a", bytes("at 1")).onLost(lost::countDown);
        GroupMember b = recipes.groupMember("g", "b", bytes("at 2"));
        GroupMember other = recipes.groupMember("g", "b", bytes("at 3"))) {
      assertThat(a.join()).isTrue();
      assertThat(b.join()).isTrue();
      assertThat(other.join()).isFalse();
      assertThat(Flotilla.await(other.members())).containsOnlyKeys("a", "b");
      assertThat(Flotilla.await(a.members()).get("b")).isEqualTo(bytes("at 2"));
      endSessionOf("g/.members/a");
      assertThat(lost.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(a.isMember()).isFalse();
      assertThat(Flotilla.await(b.members())).containsOnlyKeys("b");
      assertThat(a.join()).isTrue();
      b.close();
      assertThat(Flotilla.await(other.members())).containsOnlyKeys("a");
      assertThat(other.join()).isTrue();
    }
    assertThat(keys("g/")).isZero();
  }

  @Test
  void a_cache_has_what_is_there_and_follows_every_change_exactly() {
    Flotilla.await(kv.set("c/1", "one"));
    Flotilla.await(kv.set("other", "x"));
    Queue<String> told = new ConcurrentLinkedQueue<>();
    try (PrefixCache cache =
        recipes.cache("c/", (key, before, now) -> told.add(story(key, before, now)))) {
      assertThat(cache.get("c/1")).map(Entry::text).contains("one");
      Flotilla.await(kv.set("c/1", bytes("two"), 7));
      Flotilla.await(kv.set("c/2", "new"));
      SERVER.failOver(ns);
      Flotilla.await(kv.delete("c/1"));
      String session = Flotilla.await(flotilla.sessions(ns).createEphemeral("s", SOON));
      Flotilla.await(kv.acquire("c/3", bytes("held"), session));
      Flotilla.await(kv.set("c/tree/a", "a"));
      Flotilla.await(kv.deleteAll("c/tree/"));
      Flotilla.await(kv.set("c/last", "last"));
      await().until(() -> cache.get("c/last").isPresent());
      assertThat(told)
          .containsExactly(
              "c/1 one two",
              "c/2 - new",
              "c/1 two -",
              "c/3 - held",
              "c/tree/a - a",
              "c/tree/a a -",
              "c/last - last");
      List<Entry> stored = Flotilla.await(kv.list("c/"));
      assertThat(cache.entries().values())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(stored);
      assertThat(cache.index()).isGreaterThanOrEqualTo(stored.get(2).modifyIndex());
    }
  }

  @Test
  void the_example_in_the_documentation_does_what_it_says() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    Runnable report = told::countDown;
    Recipes recipes = flotilla.recipes("jobs", Duration.ofSeconds(10)); // namespace, TTL
    PrefixCache.Listener listener = (key, before, now) -> report.run();
    try (PrefixCache config = recipes.cache("config/", listener);
        GroupMember worker = recipes.groupMember("workers", "w1", "10.0.0.1".getBytes(UTF_8));
        Lock lock = recipes.lock("nightly")) {
      worker.join();
      long token = lock.acquire();
      flotilla.kv("jobs").setFenced("report", "done".getBytes(UTF_8), token).join();
      flotilla.kv("jobs").set("config/colour", "green").join();
      recipes.counter("runs").add(1).join();
      System.out.println(worker.members().join().keySet());
      assertThat(told.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(config.get("config/colour")).map(Entry::text).contains("green");
      assertThat(Flotilla.await(worker.members())).containsOnlyKeys("w1");
    }
  }

  private static String story(String key, Optional<Entry> before, Optional<Entry> now) {
    return key + " " + text(before) + " " + text(now);
  }

  private static String text(Optional<Entry> entry) {
    return entry.map(Entry::text).orElse("-");
  }
}
