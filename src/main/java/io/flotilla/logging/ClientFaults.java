package io.flotilla.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps a client's fault out of the log that Akka HTTP takes for the server's: a chunked request in
 * HTTP/1.0, which has no chunks. Akka notices it where no error handler is called, and logs two
 * stack traces. Used in logback.xml.
 */
public final class ClientFaults extends Filter<ILoggingEvent> {
  private static final String CHUNKS =
      "requirement failed: HTTP/1.0 requests must not have a chunked entity";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return thrown != null && CHUNKS.equals(thrown.getMessage())
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }
}
