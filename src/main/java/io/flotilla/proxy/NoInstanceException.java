package io.flotilla.proxy;

/** No instance can be connected to; nothing was sent to any. */
public final class NoInstanceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Stable, for programs. */
  public enum Reason {
    UNKNOWN_SERVICE("unknown-service"),
    NO_INSTANCE("no-instance"),
    NONE_REACHABLE("no-instance-reachable");

    private final String code;

    Reason(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }

  private final Reason reason;

  private NoInstanceException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public static NoInstanceException unknown(String service) {
    return new NoInstanceException(
        Reason.UNKNOWN_SERVICE, "No service '" + service + "' is registered.");
  }

  public static NoInstanceException empty(String service) {
    return new NoInstanceException(
        Reason.NO_INSTANCE,
        "No instance of the service '" + service + "' passes its checks at the moment.");
  }

  /**
   * @param why one of them must not be connected to; empty: none
   */
  static NoInstanceException unreachable(String service, int tried, String why) {
    return new NoInstanceException(
        Reason.NONE_REACHABLE,
        "No instance of the service '"
            + service
            + "' accepts a connection at the moment; tried: "
            + tried
            + (why.isEmpty() ? "." : "; " + why + "."));
  }

  public Reason reason() {
    return reason;
  }
}
