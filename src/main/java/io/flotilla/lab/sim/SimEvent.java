package io.flotilla.lab.sim;

/**
 * One line of a run's history.
 *
 * @param step the step in which it happened; several events may share one. 0 is the start
 * @param time virtual milliseconds; in an asynchronous world, the node's own clock
 * @param node where it happened; empty for what happens to the network as a whole
 * @param peer the other end of a message, or empty
 * @param message the message's number, or 0; a duplicate has a number of its own
 * @param payload the message, the reported event or other details; may be empty
 * @param clock the true vector clock of the node after the event; null where no node acts
 */
public record SimEvent(
    int step,
    long time,
    Kind kind,
    String node,
    String peer,
    int message,
    Object payload,
    Clock clock) {

  /** What can happen. */
  public enum Kind {
    /** A node sends to another. */
    SEND,
    /** A message reaches its node. */
    DELIVER,
    /** Something from outside the world: a user's request. */
    STIMULUS,
    /** A node's timer fires. */
    TIMER,
    /** A node reports a domain event. */
    REPORT,
    /** A message will never arrive. */
    LOSE,
    /**
     * A message in flight becomes two; {@code message} is the copy, {@code payload} the original.
     */
    DUPLICATE,
    CRASH,
    RECOVER,
    /** The network splits in two; the payload names one side. */
    CUT,
    HEAL,
    PAUSE,
    RESUME,
    SLOW,
    QUICK,
    /** A node's code threw; the run ends. */
    FAIL,
    /** The node's state after a step as text; only in recorded runs, and no event of its own. */
    STATE
  }

  /** Whether it is an event of its node's own history and so counts in the vector clocks. */
  public boolean isLocal() {
    return clock != null;
  }

  /** The payload as text that is the same in every JVM. */
  public String text() {
    return text(payload);
  }

  static String text(Object payload) {
    String text = String.valueOf(payload);
    // An ActorRef prints with a random number behind '#'.
    return text.contains("Actor[") ? text.replaceAll("(Actor\\[[^\\]#]*)#-?\\d+", "$1") : text;
  }
}
