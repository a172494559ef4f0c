package io.flotilla.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Somebody who follows this process's log from now on, by lines as Consul writes them. What the log
 * itself leaves out because of its level, isn't there either.
 */
public final class LogMonitor extends AppenderBase<ILoggingEvent> {
  private static final Map<String, Level> LEVELS =
      Map.of(
          "trace", Level.TRACE,
          "debug", Level.DEBUG,
          "info", Level.INFO,
          "warn", Level.WARN,
          "err", Level.ERROR,
          "error", Level.ERROR);

  private final JsonFactory factory = new JsonFactory();
  private final Problem problem = new Problem();
  private final Level least;
  private final boolean json;
  private final Consumer<String> lines;

  private LogMonitor(Level least, boolean json, Consumer<String> lines) {
    this.least = least;
    this.json = json;
    this.lines = lines;
  }

  /** Whether it is one of Consul's names for levels, in any case. */
  public static boolean isLevel(String name) {
    return LEVELS.containsKey(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Begins to follow.
   *
   * @param level the least, see {@link #isLevel}
   * @param json whether each line is an object
   * @param lines called in the threads that log; must not block
   * @return ends it
   */
  public static Runnable follow(String level, boolean json, Consumer<String> lines) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    Level least = LEVELS.get(level.toLowerCase(Locale.ROOT));
    LogMonitor monitor = new LogMonitor(least, json, lines);
    monitor.setContext(context);
    monitor.problem.start();
    monitor.start();
    root.addAppender(monitor);
    return () -> root.detachAppender(monitor);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(least)) {
      lines.accept((json ? object(event) : text(event)) + "\n");
    }
  }

  private String text(ILoggingEvent event) {
    return String.format(
        "%s %-7s %s: %s%s",
        event.getInstant(),
        "[" + event.getLevel() + "]",
        module(event),
        event.getFormattedMessage(),
        problem.convert(event));
  }

  private String object(ILoggingEvent event) {
    StringWriter line = new StringWriter();
    try (JsonGenerator object = factory.createGenerator(line)) {
      object.writeStartObject();
      object.writeStringField("@level", event.getLevel().toString().toLowerCase(Locale.ROOT));
      object.writeStringField("@message", event.getFormattedMessage() + problem.convert(event));
      object.writeStringField("@module", module(event));
      object.writeStringField("@timestamp", event.getInstant().toString());
      object.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }

  /** The class, without its package. */
  private static String module(ILoggingEvent event) {
    String logger = event.getLoggerName();
    return logger.substring(logger.lastIndexOf('.') + 1);
  }
}
