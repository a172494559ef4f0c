package io.flotilla.journal;

/** Stored or received bytes aren't what this version of Flotilla wrote or can read. */
public final class CorruptDataException extends JournalException {
  private static final long serialVersionUID = 1L;

  public CorruptDataException(String message) {
    super(message);
  }
}
