package io.flotilla.journal;

/**
 * No answer in time, or none that covers all attempts: the write may have been done, may still be
 * done, or may never be. Only a recovery of the writer, which claims the id first, can tell.
 */
public final class OutcomeUnknownException extends JournalException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(String message) {
    super(message);
  }
}
