package io.flotilla.journal;

/** A change of the group's members was refused, and nothing was done. The message says why. */
public final class ChangeRefusedException extends JournalException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** There is no such member, nor is one being caught up. */
    UNKNOWN_MEMBER,
    /** Those that remain and are running would be no majority of those that remain. */
    LEAVES_NO_QUORUM,
    /** Another change has to end first; ask again. */
    CHANGE_UNDER_WAY,
    /** An operator has removed this disk. */
    REMOVED,
    /** The node that was asked belongs to another cluster. */
    OTHER_CLUSTER,
    /** A running node has this id already. */
    STILL_ALIVE,
    /** Nobody answers there. */
    NOT_REACHABLE,
    /** The member doesn't have all of the log yet. */
    NOT_CAUGHT_UP
  }

  private final Reason reason;

  public ChangeRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
