package io.flotilla.lab;

import akka.actor.typed.Behavior;
import java.time.Duration;

/**
 * One value, written at a primary and read from copies that are behind (Terry, "Replicated Data
 * Consistency Explained Through Baseball", 2013). The {@link Level} says when a copy may answer by
 * itself; if it may not, it asks the primary, which costs a round trip, and can't be done while the
 * network is cut.
 *
 * <p>Assumes that nodes don't crash; messages may be lost. Each client has one request at a time.
 */
public final class ConsistencyLevels {
  public static final String PRIMARY = "primary";

  /** How old an answer may be if the level is {@link Level#BOUNDED}. */
  public static final Duration BOUND = Duration.ofMillis(100);

  static final Duration PULL = Duration.ofMillis(60);
  static final Duration RETRY = Duration.ofMillis(150);

  private ConsistencyLevels() {}

  /** From the strongest to the weakest. */
  public enum Level {
    /** A read sees whatever was written, or read, before it began: by anyone. */
    STRONG,
    /** A read sees whatever was written until {@link #BOUND} before it began. */
    BOUNDED,
    /** A read sees whatever the same client has written or read before. */
    SESSION,
    /** A read sees something; if nobody writes any more, all see the same in the end. */
    EVENTUAL
  }

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to a client. */
  public record DoWrite(String value) implements Msg {}

  /** From outside, to a client: read from this copy. */
  public record DoRead(String copy) implements Msg {}

  /** A value and how many were written before it. */
  public record Version(int number, String value) {
    static final Version NONE = new Version(0, "");
  }

  record Write(String client, int request, String value) implements Msg {}

  /**
   * @param seen the newest version that the client knows of
   */
  record Read(String client, int request, int seen) implements Msg {}

  /** To a client. */
  public record Answer(int request, Version version) implements Msg {}

  /**
   * From a copy to the primary.
   *
   * @param at the copy's time
   */
  record Pull(String copy, long at) implements Msg {}

  record Newest(long askedAt, Version version) implements Msg {}

  record PullAgain() implements Msg {}

  record Retry(int request) implements Msg {}

  public record Asked(int request) implements Event {}

  public record Answered(int request, boolean write, int version) implements Event {}

  /** At the primary. */
  public record Wrote(int version) implements Event {}

  /** What a copy has now. */
  public record Keeps(int version) implements Event {}

  /** The behavior of a node by its name. */
  public static Behavior<Msg> create(Host<Msg> host, Level level) {
    return host.isClient()
        ? Nodes.timed((ctx, timers) -> new ConsistencyClient(ctx, host, timers))
        : Nodes.timed((ctx, timers) -> new ConsistencyCopy(ctx, host, timers, level));
  }
}
