package io.flotilla.node;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps out of the log what a client alone has done wrong, and Akka HTTP takes for a fault of the
 * server: a request of HTTP/1.0 in chunks, which HTTP/1.0 does not have. It is found out where no
 * handler of errors is asked, and told with two stack traces. Named in logback.xml.
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
