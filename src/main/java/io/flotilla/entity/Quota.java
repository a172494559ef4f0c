package io.flotilla.entity;

/**
 * How much all namespaces together may occupy, so that every node can hold them. Beyond that,
 * writes that make a state grow are refused; all others go on.
 */
public interface Quota {
  /**
   * By how much it may grow now.
   *
   * @param bytes none if not positive
   * @param beyond what needs more is told this
   */
  record Room(long bytes, Refusal beyond) {
    private static final Refusal QUOTA_EXCEEDED =
        new Refusal(
            "quota-exceeded",
            "The cluster holds as much as it may (flotilla.store.quota); nothing was changed. Reads,"
                + " deletions and renewals go on: delete what is not needed, or give the nodes more"
                + " memory.");

    /** Limited by nothing but the memory of the nodes. */
    public static Room inMemory(long bytes) {
      return new Room(bytes, QUOTA_EXCEEDED);
    }

    /** What is left when so much of it is taken. */
    Room less(long taken) {
      return new Room(bytes - taken, beyond);
    }
  }

  Room room();

  /** Once its next write is stored, this entity's state occupies this much. */
  void occupies(String persistenceId, long bytes);

  static Quota unlimited() {
    return new Quota() {
      @Override
      public Room room() {
        return Room.inMemory(Long.MAX_VALUE);
      }

      @Override
      public void occupies(String persistenceId, long bytes) {}
    };
  }
}
