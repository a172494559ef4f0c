package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.http.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Locks, elections and semaphores through the client, over HTTP. */
class LockTest {
  private static final TestServer SERVER = new TestServer();
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration SOON = TestPatience.PATIENCE;

  private final Flotilla flotilla =
      PatientClient.connect(SERVER.base().replace("http://", "").replace("/v1", ""));
  private final String ns = UUID.randomUUID().toString();

  @AfterEach
  void disconnect() {
    flotilla.close();
  }

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private Lock lock() {
    return flotilla.recipes(ns, TTL).lock("k");
  }

  private int waiting(String key) {
    return Flotilla.await(flotilla.kv(ns).keys(key + "/.waiting/", null)).size();
  }

  private void endSessionOf(String key) {
    String session = Flotilla.await(flotilla.kv(ns).get(key)).orElseThrow().session();
    Flotilla.await(flotilla.sessions(ns).destroy(session));
  }

  @Test
  void the_ttl_of_a_lock_is_exact_and_other_sessions_may_be_as_consuls()
      throws InterruptedException {
    Sessions sessions = flotilla.sessions(ns);
    try (Lock lock = lock()) {
      lock.acquire();
      assertThat(info(lock.lease().id()).exactTtl()).isTrue();
    }
    String other = Flotilla.await(sessions.create("other", TTL, false, "release", Duration.ZERO));
    assertThat(info(other).exactTtl()).isFalse();
    assertThat(info(other).ttl()).isEqualTo("60000ms");
  }

  private Sessions.Session info(String id) {
    return Flotilla.await(flotilla.sessions(ns).info(id)).orElseThrow();
  }

  @Test
  void contenders_hold_the_lock_one_at_a_time_and_in_the_order_in_which_they_came()
      throws InterruptedException {
    int contenders = 8;
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger holders = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    Lock first = lock();
    first.acquire();
    int watching = SERVER.store.watches();
    for (int i = 0; i < contenders; i++) {
      int me = i;
      Thread thread =
          new Thread(
              () -> {
                try (Lock lock = lock()) {
                  tokens.add(lock.acquire());
                  assertThat(holders.incrementAndGet()).isEqualTo(1);
                  order.add(me);
                  holders.decrementAndGet();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      threads.add(thread);
      await().atMost(SOON).until(() -> waiting("k") == me + 2);
    }
    // Each waits with one blocking query.
    await().atMost(SOON).until(() -> SERVER.store.watches() - watching == contenders);
    first.close();
    for (Thread thread : threads) {
      thread.join(SOON.toMillis());
    }
    assertThat(order).isSorted().hasSize(contenders);
    assertThat(tokens).isSorted().doesNotHaveDuplicates();
    assertThat(waiting("k")).isZero();
    assertThat(Flotilla.await(flotilla.kv(ns).get("k"))).isEmpty();
  }

  @Test
  void a_holder_is_told_when_its_lock_is_lost_and_its_token_no_longer_writes()
      throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    try (Lock a = flotilla.recipes(ns, Duration.ofSeconds(10)).lock("k").onLost(lost::countDown);
        Lock b = lock()) {
      long old = a.acquire();
      flotilla.kv(ns).setFenced("data", new byte[] {1}, old).join();
      endSessionOf("k");
      long latest = b.acquire();
      assertThat(latest).isGreaterThan(old);
      assertThat(lost.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(a.isHeld()).isFalse();
      assertThatThrownBy(
              () -> Flotilla.await(flotilla.kv(ns).setFenced("data", new byte[] {2}, old)))
          .isInstanceOfSatisfying(
              FlotillaException.class, e -> assertThat(e.code()).isEqualTo("stale-fencing-token"));
      flotilla.kv(ns).setFenced("data", new byte[] {3}, latest).join();
    }
  }

  @Test
  void who_gives_up_waiting_leaves_the_line() throws InterruptedException {
    try (Lock a = lock();
        Lock b = lock()) {
      a.acquire();
      assertThat(b.tryAcquire(Duration.ofMillis(300))).isEmpty();
      assertThat(waiting("k")).isEqualTo(1);
      a.close();
      assertThat(b.tryAcquire(SOON)).isPresent();
    }
  }

  @Test
  void without_waiting_a_lock_is_acquired_if_it_is_free() throws InterruptedException {
    try (Lock a = lock();
        Lock b = lock()) {
      assertThat(a.tryAcquire(Duration.ZERO)).isPresent();
      assertThat(b.tryAcquire(Duration.ZERO)).isEmpty();
      assertThat(waiting("k")).isEqualTo(1);
    }
  }

  @Test
  void a_lease_of_no_time_is_refused_and_nothing_is_left_of_it() {
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofDays(2))) {
      assertThatThrownBy(() -> flotilla.lease("x", wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from 1 s to 24 h");
      assertThatThrownBy(() -> flotilla.recipes(ns, wrong).lock("k"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> flotilla.recipes(ns, wrong).semaphore("k", 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Flotilla.await(flotilla.sessions().list()))
        .noneMatch(session -> session.name().equals("x"));
  }

  @Test
  void a_contender_whose_session_ends_while_it_looks_at_the_line_takes_a_new_place()
      throws Exception {
    AtomicInteger sessions = new AtomicInteger();
    FakeNode.Behaviour stallingOnce =
        (node, exchange) -> {
          String path = exchange.getRequestURI().getPath();
          String session = "s" + sessions.get();
          exchange.getResponseHeaders().set("X-Flotilla-Fencing-Token", "5");
          if (path.equals("/v1/session/create")) {
            FakeNode.reply(exchange, 200, "{\"ID\":\"s" + sessions.incrementAndGet() + "\"}");
          } else if (path.startsWith("/v1/session/renew/")) {
            FakeNode.reply(exchange, path.endsWith("s1") ? 404 : 200, "[]");
          } else if (exchange.getRequestMethod().equals("PUT")) {
            FakeNode.reply(exchange, 200, "true");
          } else if (sessions.get() > 1) {
            String place = "k/.waiting/" + session;
            FakeNode.reply(
                exchange, 200, "[{\"Key\":\"" + place + "\",\"CreateIndex\":1,\"ModifyIndex\":1}]");
          } // the first look at the line gets no answer before the session is gone
        };
    try (FakeNode node = new FakeNode(stallingOnce);
        Flotilla client = Flotilla.connect(node.address());
        Lock lock = client.recipes(null, Duration.ofSeconds(10)).lock("k")) {
      assertThat(lock.tryAcquire(SOON)).hasValue(5);
      assertThat(sessions).hasValue(2);
    }
  }

  @Test
  void a_lock_that_is_held_without_standing_in_line_is_waited_for() throws InterruptedException {
    String other =
        Flotilla.await(
            flotilla.sessions(ns).create("other", Duration.ZERO, false, "release", Duration.ZERO));
    assertThat(Flotilla.await(flotilla.kv(ns).acquire("k", new byte[0], other))).isPresent();
    try (Lock lock = lock()) {
      assertThat(lock.tryAcquire(Duration.ofMillis(300))).isEmpty();
      Flotilla.await(flotilla.kv(ns).release("k", new byte[0], other));
      assertThat(lock.tryAcquire(SOON)).isPresent();
    }
  }

  @Test
  void leadership_passes_on_when_the_leader_steps_down() throws InterruptedException {
    try (Election a = flotilla.recipes(ns, TTL).election("boss", "a");
        Election b = flotilla.recipes(ns, TTL).election("boss", "b")) {
      long first = a.campaign();
      assertThat(a.leader().join()).contains("a");
      a.close();
      assertThat(b.campaign()).isGreaterThan(first);
      assertThat(b.leader().join()).contains("b");
      assertThat(a.isLeader()).isFalse();
      assertThat(b.isLeader()).isTrue();
    }
  }

  @Test
  void a_semaphore_has_as_many_holders_as_permits_and_no_more() throws InterruptedException {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch two = new CountDownLatch(2);
    for (int i = 0; i < 6; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (Semaphore permit = flotilla.recipes(ns, TTL).semaphore("s", 2)) {
                  permit.acquire();
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  two.countDown();
                  two.await();
                  now.decrementAndGet();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(SOON.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(most.get()).isEqualTo(2);
  }

  @Test
  void a_holder_of_a_permit_is_told_when_it_is_lost_also_if_it_asks_late() throws Exception {
    CountDownLatch lost = new CountDownLatch(1);
    try (Semaphore permit = flotilla.recipes(ns, Duration.ofSeconds(10)).semaphore("s", 1)) {
      permit.acquire();
      permit.onLost(lost::countDown);
      endSessionOf(Flotilla.await(flotilla.kv(ns).keys("s/.taken/", null)).get(0));
      assertThat(lost.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(permit.isHeld()).isFalse();
    }
  }

  @Test
  void a_permit_that_may_have_been_taken_is_not_held_but_given_back() throws Exception {
    AtomicInteger sessions = new AtomicInteger();
    FakeNode.Behaviour failingToCommit =
        (node, exchange) -> {
          String path = exchange.getRequestURI().getPath();
          exchange.getResponseHeaders().set("X-Flotilla-Fencing-Token", "5");
          if (path.equals("/v1/session/create")) {
            FakeNode.reply(exchange, 200, "{\"ID\":\"s" + sessions.incrementAndGet() + "\"}");
          } else if (path.equals("/v1/txn")) {
            FakeNode.reply(exchange, 500, "");
          } else if (exchange.getRequestMethod().equals("PUT")) {
            FakeNode.reply(exchange, 200, "true");
          } else if (path.contains("/.waiting/")) {
            String first = "[{\"Key\":\"k/.first/.waiting/s1\",\"CreateIndex\":1}]";
            FakeNode.reply(exchange, 200, first);
          } else {
            FakeNode.reply(exchange, 404, "");
          }
        };
    try (FakeNode node = new FakeNode(failingToCommit);
        Flotilla client = Flotilla.connect(node.address());
        Semaphore permit = client.recipes().semaphore("k", 1)) {
      assertThatThrownBy(permit::acquire).isInstanceOf(FlotillaException.class);
      assertThat(permit.isHeld()).isFalse();
      assertThat(node.seen).anyMatch(r -> r.uri().startsWith("/v1/session/destroy/s2"));
    }
  }

  @Test
  void a_watch_goes_on_after_a_failover_of_the_namespace() throws InterruptedException {
    KeyValue kv = flotilla.kv(ns);
    kv.set("p/1", "1").join();
    Watch watch = kv.watch("p/", 1);
    List<Long> seen = new ArrayList<>();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 2; i <= 10; i++) {
                kv.set("p/" + i, "x").join();
                if (i == 5) {
                  SERVER.failOver(ns);
                }
              }
            });
    writer.start();
    watch.run(
        event -> {
          if (event.name().equals("change")) {
            seen.add(event.index());
          }
          if (seen.size() == 10) {
            watch.close();
          }
        });
    writer.join();
    assertThat(seen).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
  }
}
