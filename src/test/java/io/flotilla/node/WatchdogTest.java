package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.DispatcherSelector;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class WatchdogTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long TO_THE_LIMIT = LIMIT.dividedBy(Watchdog.PERIOD);

  /** Time passes while the watchdog sleeps; the events of each period are scripted beforehand. */
  private static final class Script implements Watchdog.Machine {
    record Period(Duration length, boolean spare, boolean allWait) {}

    private final Deque<Period> periods = new ArrayDeque<>();
    private final Runnable eachPeriod;
    private long now;
    private Period last;

    Script(Runnable eachPeriod) {
      this.eachPeriod = eachPeriod;
    }

    Script then(long times, Duration length, boolean spare) {
      return then(times, length, spare, false);
    }

    Script then(long times, Duration length, boolean spare, boolean wait) {
      for (long i = 0; i < times; i++) {
        periods.add(new Period(length, spare, wait));
      }
      return this;
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
      if (periods.isEmpty()) {
        throw new InterruptedException();
      }
      eachPeriod.run();
      last = periods.remove();
      now += last.length().toNanos();
    }

    @Override
    public boolean hasProcessorToSpare() {
      return last.spare();
    }

    @Override
    public boolean allWait(String dispatcher) {
      return last.allWait() && dispatcher.equals("sick");
    }
  }

  /** Tasks that wait until they are run by hand. */
  private static final class Queue implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void runAll() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }
  }

  private final Queue queue = new Queue();
  private final List<String> verdicts = new ArrayList<>();

  private void watch(Script script) {
    new Watchdog(
            List.of(
                new Watchdog.Dispatcher("well", Runnable::run),
                new Watchdog.Dispatcher("sick", queue)),
            LIMIT,
            script,
            verdicts::add)
        .run();
  }

  @Test
  void a_dispatcher_that_stands_still_while_the_processor_is_free_ends_the_node_once() {
    watch(new Script(() -> {}).then(TO_THE_LIMIT + 1, Watchdog.PERIOD, true));
    assertThat(verdicts).hasSize(1);
    assertThat(verdicts.get(0)).startsWith("sick has run no task for 10 s");
  }

  @Test
  void it_is_given_all_of_its_time() {
    watch(new Script(() -> {}).then(TO_THE_LIMIT, Watchdog.PERIOD, true));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void one_that_is_slow_but_goes_on_is_well() {
    int[] periods = {0};
    Runnable now =
        () -> {
          if (++periods[0] % (TO_THE_LIMIT - 1) == 0) {
            queue.runAll();
          }
        };
    watch(new Script(now).then(100 * TO_THE_LIMIT, Watchdog.PERIOD, true));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void a_busy_machine_and_pauses_end_no_node() {
    watch(
        new Script(() -> {})
            .then(100 * TO_THE_LIMIT, Watchdog.PERIOD, false)
            .then(100, Duration.ofMinutes(5), true)
            .then(100 * TO_THE_LIMIT, Watchdog.PERIOD.multipliedBy(2), true));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void threads_that_wait_for_something_else_are_not_excused_by_a_busy_machine() {
    watch(new Script(() -> {}).then(TO_THE_LIMIT + 1, Watchdog.PERIOD, false, true));
    assertThat(verdicts).hasSize(1);
  }

  @Test
  void but_by_a_pause() {
    watch(new Script(() -> {}).then(100, Duration.ofMinutes(5), true, true));
    assertThat(verdicts).isEmpty();
  }

  @Test
  void what_was_counted_before_a_pause_counts_after_it() {
    watch(
        new Script(() -> {})
            .then(TO_THE_LIMIT / 2 + 1, Watchdog.PERIOD, true)
            .then(10, Duration.ofMinutes(1), false)
            .then(TO_THE_LIMIT / 2, Watchdog.PERIOD, true));
    assertThat(verdicts).hasSize(1);
  }

  /** A real dispatcher, all of whose threads are blocked, and a real clock. */
  @Test
  void the_threads_of_a_blocked_dispatcher_are_told() throws Exception {
    ActorTestKit kit =
        ActorTestKit.create(
            "watched",
            ConfigFactory.parseString("akka.actor.provider = local")
                .withFallback(ConfigFactory.load()));
    CountDownLatch release = new CountDownLatch(1);
    try {
      Executor executor = kit.system().dispatchers().lookup(DispatcherSelector.defaultDispatcher());
      CompletableFuture<String> verdict = new CompletableFuture<>();
      Thread watchdog =
          new Thread(
              new Watchdog(
                  List.of(new Watchdog.Dispatcher("akka.actor.default-dispatcher", executor)),
                  Duration.ofSeconds(1),
                  alwaysOnTime(),
                  verdict::complete));
      watchdog.setDaemon(true);
      watchdog.start();
      for (int i = 0; i < 100; i++) {
        executor.execute(() -> await(release));
      }
      assertThat(verdict.get(120, TimeUnit.SECONDS))
          .startsWith("akka.actor.default-dispatcher has run no task for 1 s")
          .contains("watched-akka.actor.default-dispatcher-")
          .contains(" WAITING")
          .contains("WatchdogTest.await");
    } finally {
      release.countDown();
      kit.shutdownTestKit();
    }
  }

  /** Makes each check punctual, however busy the machine running this test is. */
  private static Watchdog.Machine alwaysOnTime() {
    RealMachine machine = new RealMachine();
    return new Watchdog.Machine() {
      private long now;

      @Override
      public long nanoTime() {
        return now;
      }

      @Override
      public void sleep(Duration time) throws InterruptedException {
        machine.sleep(time);
        now += time.toNanos();
      }

      @Override
      public boolean hasProcessorToSpare() {
        return false;
      }

      @Override
      public boolean allWait(String dispatcher) {
        return machine.allWait(dispatcher);
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
