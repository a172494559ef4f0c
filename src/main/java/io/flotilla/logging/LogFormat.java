package io.flotilla.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;

/** How a process writes its log, {@code flotilla.logging.format}. */
public final class LogFormat {
  private LogFormat() {}

  /**
   * From now on.
   *
   * @param format {@code text}, as logback.xml says, or {@code json}
   */
  @SuppressWarnings("unchecked") // by logback.xml
  public static void use(String format, LoggerContext context) {
    if (!format.equals("text") && !format.equals("json")) {
      throw new IllegalArgumentException(
          "flotilla.logging.format: must be \"text\" or \"json\", but is \"" + format + "\"");
    }
    if (format.equals("json")
        && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console")
            instanceof OutputStreamAppender<?> console) {
      JsonLines lines = new JsonLines();
      lines.setContext(context);
      lines.start();
      ((OutputStreamAppender<ILoggingEvent>) console).setEncoder(lines);
    }
  }
}
