package io.flotilla.client;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * A request that ended without the answer asked for. {@link #code} is stable and meant for
 * programs, the message for people.
 *
 * <p>The client's own codes are the constants below. Common ones of the server:
 *
 * <ul>
 *   <li>{@code bad-parameter}, {@code bad-request} (400), {@code key-too-long}, {@code
 *       body-too-large} (413): an argument is outside the documented limits.
 *   <li>{@code permission-denied} (403): the node wants a token, see {@link
 *       Flotilla.Builder#token}.
 *   <li>{@code unavailable}, {@code overloaded}: still so at the deadline; until then the client
 *       retries.
 *   <li>{@code quota-exceeded} (507): a write that needs space, and there is none.
 *   <li>{@code disk-low} (507): the same, as the disk of a member is nearly full.
 *   <li>{@code internal-error} (500): a fault of the server's; its log has the cause.
 * </ul>
 *
 * <p>An answer without {@code X-Flotilla-Error}, such as a proxy's, has the code {@code
 * http-STATUS}.
 *
 * <p>A write that fails with {@code outcome-unknown}, {@code internal-error}, {@code bad-answer} or
 * {@code http-STATUS} may have been applied; with any other code it was not.
 */
public class FlotillaException extends RuntimeException {
  /**
   * No address could be connected to, or the connection broke while a read was under way. A write
   * that fails with this code was not applied.
   */
  public static final String UNREACHABLE = "unreachable";

  /** A read was not answered in time; it can simply be repeated. */
  public static final String DEADLINE = "deadline-exceeded";

  /** A write may or may not have been applied; see {@link OutcomeUnknownException}. */
  public static final String OUTCOME_UNKNOWN = "outcome-unknown";

  /** The answer does not have the form of Flotilla's answers. */
  public static final String BAD_ANSWER = "bad-answer";

  private final int status;
  private final String code;

  /**
   * A failure with this code.
   *
   * @param status the HTTP status of the answer; 0 if there was none
   * @param code one of the constants here, or the server's
   * @param message for people
   * @param cause may be null
   */
  public FlotillaException(int status, String code, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
  }

  /** The exception that a future of this client failed with. */
  static FlotillaException of(Throwable failure) {
    Throwable cause = unwrap(failure);
    return cause instanceof FlotillaException known
        ? known
        : new FlotillaException(0, BAD_ANSWER, cause.toString(), cause);
  }

  /** What went wrong, out of what futures wrap it in. */
  static Throwable unwrap(Throwable failure) {
    Throwable t = failure;
    while ((t instanceof CompletionException || t instanceof ExecutionException)
        && t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }

  /** {@return the HTTP status of the answer; 0 if there was none} */
  public int status() {
    return status;
  }

  /**
   * {@return the server's error code, such as {@code bad-request}, or one of the constants here}
   */
  public String code() {
    return code;
  }
}
