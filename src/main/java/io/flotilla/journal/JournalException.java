package io.flotilla.journal;

/** A failure of the replicated log. The subtype says what a retry means. */
public abstract sealed class JournalException extends RuntimeException
    permits FencedException,
        OutcomeUnknownException,
        NoQuorumException,
        OverloadException,
        ChangeRefusedException,
        CorruptDataException {
  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }
}
