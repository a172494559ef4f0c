package io.flotilla.wire;

/** Bytes that can't be read: damaged, or written by an unknown version of Flotilla. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }

  UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
