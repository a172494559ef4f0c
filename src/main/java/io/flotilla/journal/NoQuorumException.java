package io.flotilla.journal;

/** No leader with a majority could be reached in time and nothing was written. Safe to retry. */
public final class NoQuorumException extends JournalException {
  private static final long serialVersionUID = 1L;

  public NoQuorumException(String message) {
    super(message);
  }
}
