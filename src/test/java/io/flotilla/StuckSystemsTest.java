package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StuckSystemsTest {
  private static final CountDownLatch WAITING = new CountDownLatch(1);
  private static final CountDownLatch END = new CountDownLatch(1);

  private static void waitInAnActor() throws InterruptedException {
    WAITING.countDown();
    END.await();
  }

  @Test
  void the_failure_tells_which_actor_waits_and_where() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    ActorRef<String> stuck =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  waitInAnActor();
                  return Behaviors.same();
                }));
    stuck.tell("a message");
    WAITING.await();
    Throwable failure =
        catchThrowable(() -> ActorTestKit.shutdown(kit.system(), Duration.ofMillis(10)));
    assertThat(StuckSystems.explained(failure).getSuppressed())
        .flatExtracting(thread -> Stream.of(thread.getStackTrace()).toList())
        .extracting(StackTraceElement::getMethodName)
        .contains("waitInAnActor");
    END.countDown();
    kit.shutdownTestKit();
  }
}
