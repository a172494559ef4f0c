package io.flotilla.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.Set;

/**
 * How a line shows its exception: with the stack trace, or in a few words if it is one expected
 * while nodes die, restart, elect or differ in version.
 */
public final class Problem extends ThrowableProxyConverter {
  private static final Set<String> EXPECTED =
      Set.of(
          "io.flotilla.journal.FencedException",
          "io.flotilla.journal.NoQuorumException",
          "io.flotilla.journal.OutcomeUnknownException",
          "io.flotilla.journal.OverloadException",
          "io.flotilla.entity.ReadBarrier$Superseded",
          "io.flotilla.wire.UnreadableException",
          "org.apache.ratis.protocol.exceptions.AlreadyClosedException",
          "org.apache.ratis.protocol.exceptions.LeaderNotReadyException",
          "org.apache.ratis.protocol.exceptions.LeaderSteppingDownException",
          "org.apache.ratis.protocol.exceptions.NotLeaderException",
          "org.apache.ratis.protocol.exceptions.ServerNotReadyException",
          "org.apache.ratis.protocol.exceptions.TimeoutIOException",
          "akka.http.impl.util.One2OneBidiFlow$OutputTruncationException",
          "akka.pattern.AskTimeoutException",
          "akka.stream.StreamTcpException",
          "java.net.ConnectException",
          "java.net.SocketTimeoutException",
          "java.nio.channels.ClosedChannelException",
          "java.util.concurrent.TimeoutException");

  /** Messages that are expected of exceptions whose class says too little. */
  private static final Set<String> HANG_UPS = Set.of("Connection reset", "Broken pipe");

  @Override
  public String convert(ILoggingEvent event) {
    if (event.getThrowableProxy() == null) {
      return "";
    }
    return expectedIn(event.getThrowableProxy()) == null
        ? System.lineSeparator() + told(event)
        : " (" + told(event) + ")";
  }

  /** In few words, or with the stack trace. */
  String told(ILoggingEvent event) {
    IThrowableProxy expected = expectedIn(event.getThrowableProxy());
    return expected == null ? super.convert(event).stripTrailing() : inOneLine(expected);
  }

  /** The first cause that is expected, or null. */
  private static IThrowableProxy expectedIn(IThrowableProxy problem) {
    IThrowableProxy cause = problem;
    for (int depth = 0; cause != null && depth < 50; depth++) {
      if (isExpected(cause)) {
        return cause;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static boolean isExpected(IThrowableProxy problem) {
    String message = problem.getMessage() == null ? "" : problem.getMessage();
    return EXPECTED.contains(problem.getClassName())
        || (problem.getClassName().startsWith("java.")
            && HANG_UPS.stream().anyMatch(message::startsWith));
  }

  private static String inOneLine(IThrowableProxy problem) {
    String name = problem.getClassName();
    String kind = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    return problem.getMessage() == null
        ? kind
        : kind + ": " + problem.getMessage().replaceAll("\\s*\\R\\s*", " ");
  }
}
