package io.flotilla.journal;

/** Stored or received bytes are damaged, or this version of Flotilla can't read them. */
public final class CorruptDataException extends JournalException {
  private static final long serialVersionUID = 1L;

  public CorruptDataException(String message) {
    super(message);
  }
}
