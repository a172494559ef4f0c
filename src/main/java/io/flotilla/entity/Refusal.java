package io.flotilla.entity;

import io.flotilla.async.Futures;

/** What was asked can't be done, or its outcome isn't known. The code is stable. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  public Refusal(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public Refusal(Result.Refused refused) {
    this(refused.code(), refused.message());
  }

  public String code() {
    return code;
  }

  Result.Refused result() {
    return new Result.Refused(code, getMessage());
  }

  /** The refusal that a stage failed with; null if it was something else. */
  public static Refusal of(Throwable failure) {
    return Futures.unwrap(failure) instanceof Refusal refusal ? refusal : null;
  }
}
