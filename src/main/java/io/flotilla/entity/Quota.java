package io.flotilla.entity;

/**
 * How much all namespaces together may occupy, so that every node can hold them. Beyond that,
 * writes that make a state grow are refused; all others go on.
 */
public interface Quota {
  static Refusal exceeded() {
    return new Refusal(
        "quota-exceeded",
        "The cluster holds as much as it may (flotilla.store.quota); nothing was changed. Reads,"
            + " deletions and renewals go on: delete what is not needed, or give the nodes more"
            + " memory.");
  }

  /** By how many bytes it may grow now; 0 if not at all. */
  long room();

  /** Once its next write is stored, this entity's state occupies this much. */
  void occupies(String persistenceId, long bytes);

  static Quota unlimited() {
    return new Quota() {
      @Override
      public long room() {
        return Long.MAX_VALUE;
      }

      @Override
      public void occupies(String persistenceId, long bytes) {}
    };
  }
}
