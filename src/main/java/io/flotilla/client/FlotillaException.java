package io.flotilla.client;

import java.util.concurrent.CompletionException;

/**
 * A request that ended without the answer asked for.
 *
 * <p>{@link #code()} is stable and meant for programs, the message for people.
 */
public class FlotillaException extends RuntimeException {
  /** No address accepted a connection: nothing was sent. */
  public static final String UNREACHABLE = "unreachable";

  /** The deadline passed; a read that may simply be asked again. */
  public static final String DEADLINE = "deadline-exceeded";

  /** A write may or may not have been applied, see {@link OutcomeUnknownException}. */
  public static final String OUTCOME_UNKNOWN = "outcome-unknown";

  /** An answer that is not in the form Flotilla answers in. */
  public static final String BAD_ANSWER = "bad-answer";

  private final int status;
  private final String code;

  public FlotillaException(int status, String code, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
  }

  /** What a future of this client failed with. */
  static FlotillaException of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof FlotillaException known
        ? known
        : new FlotillaException(0, BAD_ANSWER, cause.toString(), cause);
  }

  /** The HTTP status of the answer, 0 when there was none. */
  public int status() {
    return status;
  }

  /** The server's error code, such as {@code bad-request}, or one of the constants here. */
  public String code() {
    return code;
  }
}
