package io.flotilla.lab;

import akka.remote.FailureDetector;
import akka.remote.PhiAccrualFailureDetector;
import io.flotilla.lab.Detector.Patience;
import io.flotilla.lab.Detector.Rule;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.FiniteDuration;

/** How long a silence may be: always the same, longer after each mistake, or as is usual. */
public final class DetectorRules {
  /** The growing patience begins with this. */
  private static final long FIRST = 80;

  private static final int SAMPLES = 20;

  private DetectorRules() {}

  /** Short is fast and often wrong, long is slow and seldom wrong. */
  public static Rule fixed(long millis) {
    return start -> new Waiting(start, millis, 0);
  }

  /** Each mistake makes it longer, until it is longer than the network's longest delay. */
  public static Rule growing() {
    return start -> new Waiting(start, FIRST, FIRST / 2);
  }

  /**
   * The phi accrual detector (Hayashibara et al., 2004), Akka's own: phi is how surprising the
   * silence is after what was heard so far. At 1 it would be wrong about one time in ten, at 3 one
   * in a thousand.
   */
  public static Rule phi(double threshold) {
    return start -> new Surprise(start, threshold);
  }

  private static final class Surprise implements Patience {
    private final PhiAccrualFailureDetector akka;
    private long clock;

    Surprise(long start, double threshold) {
      this.clock = start;
      this.akka =
          new PhiAccrualFailureDetector(
              threshold,
              SAMPLES,
              millis(10), // the least deviation: the network may be quicker than it is regular
              millis(0),
              millis(Detector.BEAT.toMillis()),
              new FailureDetector.Clock() {
                @Override
                public Object apply() {
                  return clock;
                }
              });
      akka.heartbeat();
    }

    private static FiniteDuration millis(long n) {
      return FiniteDuration.create(n, TimeUnit.MILLISECONDS);
    }

    @Override
    public void heard(long now) {
      clock = now;
      akka.heartbeat();
    }

    @Override
    public boolean isTooLong(long now) {
      clock = now;
      return !akka.isAvailable();
    }
  }

  private static final class Waiting implements Patience {
    private final long step;
    private long limit;
    private long last;

    Waiting(long last, long limit, long step) {
      this.last = last;
      this.limit = limit;
      this.step = step;
    }

    @Override
    public void heard(long now) {
      last = now;
    }

    @Override
    public void wasWrong() {
      limit += step;
    }

    @Override
    public boolean isTooLong(long now) {
      return now - last > limit;
    }
  }
}
