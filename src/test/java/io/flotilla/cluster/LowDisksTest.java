package io.flotilla.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import com.typesafe.config.ConfigFactory;
import io.flotilla.MovedTimers;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One member, on a clock that the test moves, and the messages of another. */
class LowDisksTest {
  private final ActorTestKit kit =
      ActorTestKit.create(MovedTimers.CONFIG.withFallback(ConfigFactory.load()));
  private final AtomicLong now = new AtomicLong();
  private final BlockingQueue<Set<String>> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();
  private volatile boolean low;
  private final ActorRef<LowDisks.Command> disks =
      kit.spawn(LowDisks.create("n1", this::look, told::add, now::get));

  private boolean look() {
    boolean answer = low;
    looks.add(answer);
    return answer;
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(120, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @BeforeEach
  void begin() throws InterruptedException {
    next(looks);
  }

  /** It looks once a second; when this returns, it has looked, and nothing is on the way. */
  private void pass(int seconds) throws InterruptedException {
    for (int i = 0; i < seconds; i++) {
      now.addAndGet(LowDisks.INTERVAL.toNanos());
      MovedTimers.of(kit.system()).pass(LowDisks.INTERVAL);
      next(looks);
    }
  }

  @Test
  void its_own_is_told_at_once_and_no_longer_when_there_is_room_again() throws Exception {
    low = true;
    pass(1);
    assertThat(next(told)).containsExactly("n1");
    pass(10);
    low = false;
    pass(1);
    assertThat(next(told)).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void another_s_is_told_once_and_forgotten_when_it_has_been_silent_for_a_while() throws Exception {
    disks.tell(new LowDisks.Low("n2"));
    assertThat(next(told)).containsExactly("n2");
    pass(4);
    disks.tell(new LowDisks.Low("n2"));
    pass(4);
    assertThat(told).isEmpty();
    pass(3);
    assertThat(next(told)).isEmpty();
  }

  @Test
  void a_member_says_so_to_the_others_as_long_as_it_is_so() throws Exception {
    BlockingQueue<LowDisks.Low> heard = new LinkedBlockingQueue<>();
    ActorRef<LowDisks.Low> other =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  heard.add(message);
                  return Behaviors.same();
                }));
    kit.system().receptionist().tell(Receptionist.register(LowDisks.KEY, other));
    pass(3);
    assertThat(heard).isEmpty();
    low = true;
    for (int i = 0; i < 3; i++) {
      while (heard.isEmpty()) {
        pass(1);
      }
      assertThat(heard.remove()).isEqualTo(new LowDisks.Low("n1"));
    }
  }
}
