package io.flotilla.client;

/**
 * A write whose result was not learned: it may have been applied, may still be applied later, or
 * may never be.
 *
 * <p>The client has repeated it under one request id for as long as its deadline allowed; calling
 * the method again sends a new write. That is safe if applying it twice is, as for a registration,
 * an acquire or a release. Otherwise read first to find out, or send the change as a
 * compare-and-set.
 */
public final class OutcomeUnknownException extends FlotillaException {
  private final String requestId;

  OutcomeUnknownException(int status, String message, String requestId, Throwable cause) {
    super(status, OUTCOME_UNKNOWN, message, cause);
    this.requestId = requestId;
  }

  /**
   * {@return the request id that all attempts carried, to find the write in logs; null if it was
   * not one request}
   *
   * <p>It was sent as {@code X-Flotilla-Request-Id}.
   */
  public String requestId() {
    return requestId;
  }
}
