package io.flotilla.registry.coordinator;

import io.flotilla.registry.Status;

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
    String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return new Outcome(Status.CRITICAL, what + ": " + why);
  }
}
