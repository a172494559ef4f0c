package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.SortedMap;

/**
 * Chat from peer to peer, with a store for whoever is offline (as XMPP's: XEP-0160). A line goes
 * straight to its reader. If that doesn't confirm it, it goes to the store, which keeps it until
 * the reader has collected it. As a line may come both ways, lines are numbered, and shown once and
 * in order.
 */
public final class Chat {
  /** How long a peer waits for a confirmation. */
  static final Duration RETRY = Duration.ofMillis(50);

  private Chat() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to a peer: write this to that one. */
  public record Say(String to, String text) implements Msg {}

  public record Line(String from, String to, int number, String text) implements Msg {
    String key() {
      return to + " " + from + " " + number;
    }
  }

  /** The line has been shown: to its writer, or to the store. */
  public record Shown(Line line) implements Msg {}

  /** To the store: keep this. */
  public record Keep(Line line) implements Msg {}

  public record Kept(Line line) implements Msg {}

  /** To the store, from a peer that has come online: is there anything for me? */
  public record Collect(String peer) implements Msg {}

  record NoAnswer(Line line) implements Msg {}

  public record Said(String to, String text) implements Event {}

  public record Showed(String from, String text) implements Event {}

  /** The writer has done its part: the store has the line. */
  public record Deposited(String text) implements Event {}

  /** What is on the store's disk. */
  record Lines(SortedMap<String, Line> kept) {}

  /** The behavior of a node by its name: the store, or else a peer. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals("store")
        ? Behaviors.withTimers(t -> Behaviors.setup(ctx -> new ChatStore(ctx, host, t)))
        : Behaviors.withTimers(t -> Behaviors.setup(ctx -> new ChatPeer(ctx, host, t)));
  }
}
