package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Rsync.Msg;
import java.util.List;

/** Rsync with one wrong rule each. */
public final class RsyncMutants {
  private RsyncMutants() {}

  /** The weak checksum decides. */
  public static Behavior<Msg> weakIsEnough(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Rsync(ctx, host, timers) {
              @Override
              protected boolean isSame(Checksum known, String text) {
                return true;
              }
            });
  }

  /** The source compares block with block, each at its own place. */
  public static Behavior<Msg> doesNotRoll(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Rsync(ctx, host, timers) {
              @Override
              protected boolean looksHere(int at) {
                return at % Checksum.BLOCK == 0;
              }
            });
  }

  /** The mirror writes over the file from which it still copies. */
  public static Behavior<Msg> inPlace(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Rsync(ctx, host, timers) {
              @Override
              protected String patched(String old, List<FilePart> parts) {
                StringBuilder file = new StringBuilder(old);
                int at = 0;
                for (FilePart p : parts) {
                  String text = p.isCopy() ? Checksum.block(file.toString(), p.block()) : p.text();
                  file.replace(at, Math.min(file.length(), at + text.length()), text);
                  at += text.length();
                }
                return file.substring(0, at);
              }
            });
  }
}
