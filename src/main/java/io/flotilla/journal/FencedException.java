package io.flotilla.journal;

/**
 * Another incarnation has claimed the persistence id, or the sequence number isn't the next one:
 * nothing was written, and this writer can never write again. Stop it; its successor recovers from
 * the log.
 */
public final class FencedException extends JournalException {
  private static final long serialVersionUID = 1L;

  public FencedException(String message) {
    super(message);
  }
}
