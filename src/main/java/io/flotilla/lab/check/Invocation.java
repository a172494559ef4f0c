package io.flotilla.lab.check;

/**
 * One call of a client and its answer.
 *
 * @param what the call and its answer, as the model understands them
 * @param called when it was made; any number that orders the moments of a history
 * @param answered when the answer came, or {@link #NEVER}: then it may have taken effect or not
 */
public record Invocation<O>(O what, long called, long answered) {
  public static final long NEVER = Long.MAX_VALUE;

  public Invocation {
    if (answered < called) {
      throw new IllegalArgumentException("answered before it was called: " + what);
    }
  }

  boolean isPending() {
    return answered == NEVER;
  }
}
