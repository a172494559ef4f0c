package io.flotilla.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Limits the messages of a kind per minute; when the minute is over, one line says how many more
 * there were. Messages are of one kind if their logger and level, and their words or their cause,
 * are the same: numbers, ids and names in them don't count.
 */
public final class LineLimit extends Filter<ILoggingEvent> {
  private static final Marker TOLD = MarkerFactory.getMarker("told");
  private static final int WORDS = 60;
  private static final int EXCERPT = 160;
  private static final long LOOK_SECONDS = 5;

  /** One for the process, as it has one console. */
  private static final LongAdder KEPT_BACK = new LongAdder();

  private final LongSupplier nanos;
  private int perMinute = 5;
  private Kinds kinds;
  private ScheduledFuture<?> looking;

  /** For logback. */
  public LineLimit() {
    this(System::nanoTime);
  }

  LineLimit(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** How many messages this process has suppressed. */
  public static long keptBack() {
    return KEPT_BACK.sum();
  }

  public void setPerMinute(int perMinute) {
    this.perMinute = perMinute;
  }

  @Override
  public void start() {
    kinds = new Kinds(perMinute, nanos);
    looking =
        getContext()
            .getScheduledExecutorService()
            .scheduleWithFixedDelay(this::tell, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    super.start();
  }

  @Override
  public void stop() {
    if (looking != null) {
      looking.cancel(false);
    }
    super.stop();
  }

  @Override
  public FilterReply decide(ILoggingEvent event) {
    boolean fine = !event.getLevel().isGreaterOrEqual(Level.INFO);
    boolean ours = event.getMarkerList() != null && event.getMarkerList().contains(TOLD);
    if (fine || ours || kinds.admit(kind(event), event)) {
      return FilterReply.NEUTRAL;
    }
    KEPT_BACK.increment();
    return FilterReply.DENY;
  }

  /** Reports what was suppressed in the minutes that are over. */
  void tell() {
    for (Kinds.KeptBack<Object> kept : kinds.closeMinutes()) {
      ILoggingEvent latest = (ILoggingEvent) kept.latest();
      Logger logger = ((LoggerContext) getContext()).getLogger(latest.getLoggerName());
      String text = latest.getFormattedMessage().lines().findFirst().orElse("");
      logger.log(
          TOLD,
          LineLimit.class.getName(),
          Level.toLocationAwareLoggerInteger(latest.getLevel()),
          "{} more of these in the last minute; the latest: {}",
          new Object[] {
            kept.count(), text.length() > EXCERPT ? text.substring(0, EXCERPT) + "..." : text
          },
          null);
    }
  }

  private static String kind(ILoggingEvent event) {
    String message = event.getMessage() == null ? "" : event.getMessage();
    String about =
        event.getThrowableProxy() == null
            ? message.substring(0, Math.min(WORDS, message.length())).replaceAll("[^a-zA-Z ]", "")
            : rootOf(event.getThrowableProxy()).getClassName();
    return event.getLoggerName() + " " + event.getLevel() + " " + about;
  }

  private static IThrowableProxy rootOf(IThrowableProxy problem) {
    IThrowableProxy root = problem;
    for (int depth = 0; root.getCause() != null && depth < 50; depth++) {
      root = root.getCause();
    }
    return root;
  }
}
