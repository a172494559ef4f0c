package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.List;

/**
 * A hybrid network (BitTorrent: BEP 3). A tracker knows who has which file, and nothing else; the
 * file goes from peer to peer. Its list is always old, so whoever uses it tries one peer after
 * another; and whoever has got the file has itself listed, so that the more want it the more have
 * it.
 */
public final class Tracker {
  /** How long a peer waits before it tries again. */
  static final Duration RETRY = Duration.ofMillis(50);

  /** How many peers are asked at most. */
  static final int ATTEMPTS = 3;

  private Tracker() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to a peer: here is a file. */
  public record Seed(String file) implements Msg {}

  /** From outside, to a peer: get that file. */
  public record Want(String file) implements Msg {}

  /** From outside, to a peer: remove it. Nobody tells the tracker. */
  public record Delete(String file) implements Msg {}

  public record Announce(String peer, String file) implements Msg {}

  public record Noted(String file) implements Msg {}

  public record Lookup(String peer, String file) implements Msg {}

  public record Peers(String file, List<String> peers) implements Msg {}

  public record Fetch(String peer, String file) implements Msg {}

  public record Piece(String file) implements Msg {}

  record AnnounceAgain(String file) implements Msg {}

  record LookAgain(String file) implements Msg {}

  public record Wanted(String file) implements Event {}

  public record GaveUp(String file) implements Event {}

  /** The file is on the peer's disk. */
  public record Has(String file) implements Event {}

  /** The tracker lists a peer. */
  public record Listed(String peer, String file) implements Event {}

  /** The behavior of a node by its name: the tracker, or else a peer. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals("tracker")
        ? Behaviors.setup(ctx -> new TrackerServer(ctx, host))
        : Behaviors.withTimers(t -> Behaviors.setup(ctx -> new TrackerPeer(ctx, host, t)));
  }
}
