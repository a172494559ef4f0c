package io.flotilla.examples.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import io.flotilla.client.Instance;
import io.flotilla.client.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A subscriber and real publishers, without a directory in between. */
class FollowerTest {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> remarks = new LinkedBlockingQueue<>();
  private final Follower follower = new Follower(Duration.ofSeconds(2), lines::add, remarks::add);
  private final Thread thread =
      new Thread(
          () -> {
            try {
              follower.run();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });

  FollowerTest() {
    thread.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    follower.close();
    thread.join(TestPatience.MILLIS);
    assertThat(thread.isAlive()).as("it ends when it is closed").isFalse();
  }

  private static Broadcast publisher() throws IOException {
    return new Broadcast(new InetSocketAddress("127.0.0.1", 0), 5);
  }

  private static String authority(Broadcast publisher) {
    return "127.0.0.1:" + publisher.address().getPort();
  }

  private void found(Broadcast... publishers) {
    follower.publishers(
        Arrays.stream(publishers)
            .map(
                p ->
                    new Instance(
                        authority(p),
                        "TIME",
                        "n1",
                        "127.0.0.1",
                        p.address().getPort(),
                        List.of(),
                        Map.of(),
                        1,
                        Status.PASSING))
            .toList());
  }

  private static void awaitConnected(Broadcast publisher) {
    Awaitility.await().until(() -> publisher.clients() == 1);
  }

  private static String next(BlockingQueue<String> from) throws InterruptedException {
    return from.poll(120, TimeUnit.SECONDS);
  }

  @Test
  void it_waits_for_a_publisher_and_stays_with_it_whatever_is_registered() throws Exception {
    found();
    assertThat(next(remarks)).startsWith("No publisher");
    try (Broadcast one = publisher();
        Broadcast two = publisher()) {
      found(one);
      assertThat(next(remarks)).isEqualTo("Connecting to " + authority(one));
      awaitConnected(one);
      one.send("TIME 1");
      found(two);
      found();
      one.send("TIME 2");
      assertThat(next(lines)).isEqualTo("TIME 1");
      assertThat(next(lines)).isEqualTo("TIME 2");
      assertThat(two.clients()).isZero();
    }
  }

  @Test
  void it_goes_on_with_another_publisher_when_one_ends() throws Exception {
    try (Broadcast one = publisher();
        Broadcast two = publisher()) {
      found(one, two);
      awaitConnected(one);
      one.send("from one");
      assertThat(next(lines)).isEqualTo("from one");
      one.close();
      awaitConnected(two);
      two.send("from two");
      assertThat(next(lines)).isEqualTo("from two");
      assertThat(remarks)
          .contains(
              "Publisher " + authority(one) + ": it has ended",
              "Continuing with " + authority(two));
    }
  }

  @Test
  void a_publisher_that_falls_silent_is_left() throws Exception {
    try (Broadcast silent = publisher();
        Broadcast other = publisher()) {
      found(silent, other);
      awaitConnected(silent);
      silent.send("last words");
      assertThat(next(lines)).isEqualTo("last words");
      awaitConnected(other);
      assertThat(remarks).contains("Publisher " + authority(silent) + ": no answer in time");
    }
  }
}
