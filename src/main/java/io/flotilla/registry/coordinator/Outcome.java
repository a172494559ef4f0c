package io.flotilla.registry.coordinator;

import io.flotilla.registry.Status;
import io.flotilla.text.Utf8;
import java.util.concurrent.TimeoutException;

/**
 * What asking a service once has shown.
 *
 * @param output for people to read; at most {@link #MAX_OUTPUT} bytes
 */
public record Outcome(Status status, String output) {
  public static final int MAX_OUTPUT = 4096;

  public Outcome {
    output = Utf8.beginning(output, MAX_OUTPUT);
  }

  static Outcome failed(String what, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new Outcome(Status.CRITICAL, what + ": " + why(root));
  }

  private static String why(Throwable cause) {
    if (cause.getMessage() != null) {
      return cause.getMessage();
    }
    return cause instanceof TimeoutException ? "timed out" : cause.getClass().getSimpleName();
  }
}
