package io.flotilla.registry.coordinator;

import io.flotilla.registry.Status;
import java.util.concurrent.TimeoutException;

/**
 * What asking a service once has shown.
 *
 * @param output for people to read; at most {@link #MAX_OUTPUT} characters
 */
public record Outcome(Status status, String output) {
  public static final int MAX_OUTPUT = 4096;

  public Outcome {
    output = output.length() > MAX_OUTPUT ? output.substring(0, MAX_OUTPUT) : output;
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
