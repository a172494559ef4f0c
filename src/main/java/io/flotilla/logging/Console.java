package io.flotilla.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The console, of which the latest lines are remembered for {@code ./flotilla debug}. */
public final class Console extends ConsoleAppender<ILoggingEvent> {
  private static final int LINES = 500;
  private static final int MOST_CHARS = 4000;

  /** One for the process, as it has one console. */
  private static final Deque<String> LATEST = new ArrayDeque<>();

  /** {@return the latest messages as they were written, the oldest first} */
  public static List<String> latest() {
    synchronized (LATEST) {
      return List.copyOf(LATEST);
    }
  }

  @Override
  protected void subAppend(ILoggingEvent event) {
    super.subAppend(event);
    String line = new String(getEncoder().encode(event), StandardCharsets.UTF_8).stripTrailing();
    synchronized (LATEST) {
      LATEST.add(line.substring(0, Math.min(line.length(), MOST_CHARS)));
      if (LATEST.size() > LINES) {
        LATEST.remove();
      }
    }
  }
}
