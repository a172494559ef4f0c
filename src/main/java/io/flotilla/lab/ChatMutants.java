package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Chat.Line;
import io.flotilla.lab.Chat.Msg;

/** The chat with one wrong rule each. */
public final class ChatMutants {
  private ChatMutants() {}

  /** A line goes to its reader, and if that is offline, nowhere. */
  public static Behavior<Msg> directOnly(Host<Msg> host) {
    if (host.id().equals("store")) {
      return Chat.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new ChatPeer(ctx, host, timers) {
              @Override
              protected boolean usesTheStore() {
                return false;
              }
            });
  }

  /** The store forgets a line once it has sent it. */
  public static Behavior<Msg> forgetsOnSending(Host<Msg> host) {
    if (!host.id().equals("store")) {
      return Chat.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new ChatStore(ctx, host, timers) {
              @Override
              protected Behavior<Msg> send(Line line) {
                super.send(line);
                return forget(line);
              }
            });
  }

  /** Shows whatever comes. */
  public static Behavior<Msg> showsWhatComes(Host<Msg> host) {
    if (host.id().equals("store")) {
      return Chat.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new ChatPeer(ctx, host, timers) {
              @Override
              protected boolean isNext(Line line, int shown) {
                return true;
              }
            });
  }
}
