package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Wait;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The feed between a key space, played by the test, and its watchers. */
class ChangeFeedTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.parseString("akka.actor.provider = local"));

  private record Asked(KeyOp.Changes read, CompletableFuture<KvResult.Changes> answer) {}

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final ActorRef<ChangeFeed.Command<String>> feed =
      KIT.spawn(
          Behaviors.supervise(
                  ChangeFeed.create(
                      "p/",
                      false,
                      new ChangeFeed.Source<>(this::ask, ChangeFeedTest::encode, () -> {})))
              .onFailure(SupervisorStrategy.restart()));

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<KvResult.Changes> ask(KeyOp.Changes read, Wait wait) {
    Asked a = new Asked(read, new CompletableFuture<>());
    asked.add(a);
    return a.answer();
  }

  private static String encode(List<KvEvent> changes) {
    if (changes.stream().anyMatch(h -> h.key().equals("p/bad"))) {
      throw new IllegalStateException("as told");
    }
    return changes.stream().map(h -> Long.toString(h.index())).collect(Collectors.joining(" "));
  }

  /** Records what it receives, and fails where the test wants it to. */
  private static class Told implements Watcher<String> {
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @Override
    public void started(long index) {
      calls.add("started " + index);
    }

    @Override
    public void changes(String changes) {
      calls.add(changes);
    }

    @Override
    public void compacted(long oldest) {
      calls.add("compacted " + oldest);
    }

    @Override
    public void lost() {
      calls.add("lost");
    }

    String next() throws InterruptedException {
      return calls.poll(120, TimeUnit.SECONDS);
    }
  }

  private static final class Failing extends Told {
    @Override
    public void changes(String changes) {
      throw new IllegalStateException("as told");
    }

    @Override
    public void lost() {
      super.lost();
      throw new IllegalStateException("this too");
    }
  }

  private <W extends Watcher<String>> W join(W watcher, long after) {
    feed.tell(new ChangeFeed.Join<>(watcher, after));
    return watcher;
  }

  private void answer(long after, long index, String... keys) throws InterruptedException {
    Asked a = asked.poll(120, TimeUnit.SECONDS);
    assertThat(a.read().after()).isEqualTo(after);
    List<KvEvent> changes =
        java.util.stream.IntStream.range(0, keys.length)
            .mapToObj(i -> set(index - keys.length + 1 + i, keys[i]))
            .toList();
    a.answer().complete(new KvResult.Changes(index, false, changes));
  }

  private static KvEvent set(long index, String key) {
    return new KvEvent(index, 0, KvEvent.What.SET, key, new byte[0], 0, null, List.of());
  }

  @Test
  void a_watcher_that_fails_is_let_go_and_the_others_are_told_everything() throws Exception {
    Told before = join(new Told(), -1);
    Failing failing = join(new Failing(), -1);
    Told behind = join(new Told(), -1);
    answer(-1, 7);
    answer(7, 8, "p/a");
    answer(8, 9, "p/b");
    for (Told told : List.of(before, behind)) {
      assertThat(told.next()).isEqualTo("started 7");
      assertThat(told.next()).isEqualTo("8");
      assertThat(told.next()).isEqualTo("9");
    }
    assertThat(failing.next()).isEqualTo("started 7");
    assertThat(failing.next()).isEqualTo("lost");
    assertThat(failing.calls).isEmpty();
  }

  @Test
  void a_watcher_that_fails_while_it_is_brought_up_is_let_go() throws Exception {
    Told live = join(new Told(), -1);
    answer(-1, 9);
    Asked waiting = asked.poll(120, TimeUnit.SECONDS);
    Failing failing = join(new Failing(), 7);
    answer(7, 8, "p/a");
    assertThat(failing.next()).isEqualTo("lost");
    waiting.answer().complete(new KvResult.Changes(10, false, List.of(set(10, "p/b"))));
    assertThat(live.next()).isEqualTo("started 9");
    assertThat(live.next()).isEqualTo("10");
  }

  @Test
  void a_feed_that_fails_tells_its_watchers_and_serves_those_who_come_after() throws Exception {
    Told lost = join(new Told(), -1);
    answer(-1, 7);
    assertThat(lost.next()).isEqualTo("started 7");
    answer(7, 8, "p/bad");
    assertThat(lost.next()).isEqualTo("lost");
    Told again = join(new Told(), 8);
    answer(-1, 8);
    assertThat(again.next()).isEqualTo("started 8");
    answer(8, 9, "p/a");
    assertThat(again.next()).isEqualTo("9");
    assertThat(lost.calls).isEmpty();
  }

  @Test
  void what_was_asked_before_a_failure_concerns_nobody_after_it() throws Exception {
    join(new Told(), -1);
    answer(-1, 9);
    Asked earlier = asked.poll(120, TimeUnit.SECONDS);
    Told behind = join(new Told(), 7);
    answer(7, 8, "p/bad");
    assertThat(behind.next()).isEqualTo("lost");
    Told again = join(new Told(), 9);
    answer(-1, 9);
    assertThat(again.next()).isEqualTo("started 9");
    earlier.answer().complete(new KvResult.Changes(10, false, List.of(set(10, "p/a"))));
    answer(9, 10, "p/a");
    assertThat(again.next()).isEqualTo("10");
    answer(10, 11, "p/b");
    assertThat(again.next()).isEqualTo("11");
  }

  @Test
  void a_read_that_is_refused_for_a_watcher_further_back_is_repeated() throws Exception {
    join(new Told(), -1);
    answer(-1, 9);
    asked.poll(120, TimeUnit.SECONDS);
    Told behind = join(new Told(), 7);
    asked.poll(120, TimeUnit.SECONDS).answer().completeExceptionally(new Refusal("overloaded", ""));
    answer(7, 9, "p/a", "p/b");
    assertThat(behind.next()).isEqualTo("8 9");
  }
}
