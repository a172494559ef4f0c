package io.flotilla.journal;

import java.io.IOException;

/** The log on this disk can't be used, and what becomes of it needs a person's decision. */
final class UnreadableLogException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableLogException(String message, Throwable cause) {
    super(message, cause);
  }
}
