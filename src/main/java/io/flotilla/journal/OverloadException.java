package io.flotilla.journal;

/** Too many requests are under way: this one was refused and nothing was written. Retry later. */
public final class OverloadException extends JournalException {
  private static final long serialVersionUID = 1L;

  public OverloadException(String message) {
    super(message);
  }
}
