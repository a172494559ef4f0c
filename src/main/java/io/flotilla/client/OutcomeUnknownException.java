package io.flotilla.client;

/**
 * A write whose result was not learned before the deadline: it may have been applied, may still be,
 * or may never be.
 *
 * <p>Read the key to find out, or send the same change again as a compare-and-set. Sending it again
 * as a new plain write is safe only if applying it twice is.
 */
public final class OutcomeUnknownException extends FlotillaException {
  private final String requestId;

  OutcomeUnknownException(int status, String message, String requestId, Throwable cause) {
    super(status, OUTCOME_UNKNOWN, message, cause);
    this.requestId = requestId;
  }

  /** The id the write was sent under ({@code X-Flotilla-Request-Id}), to find it in logs. */
  public String requestId() {
    return requestId;
  }
}
