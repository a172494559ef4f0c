package io.flotilla.entity;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The time of an actor system and its clocks, moved by the test. */
final class MovedTime {
  static final Config CONFIG =
      ConfigFactory.parseString(
              "akka.actor.provider = local, akka.actor.testkit.typed.single-expect-default = 120s")
          .withFallback(ManualTime.config());

  private final ManualTime timers;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // may overflow

  /**
   * @param kit of a system with {@link #CONFIG}
   */
  MovedTime(ActorTestKit kit) {
    timers = ManualTime.get(kit.system());
  }

  /** As {@link System#nanoTime}. */
  long nanos() {
    return nanos.get();
  }

  /** When this returns, timers due by then have sent their messages. */
  void pass(Duration span) {
    nanos.addAndGet(span.toNanos());
    timers.timePasses(span);
  }
}
