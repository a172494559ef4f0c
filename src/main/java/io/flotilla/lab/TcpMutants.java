package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Tcp.Msg;
import io.flotilla.lab.Tcp.Segment;

/** The reliable stream with one wrong rule each. */
public final class TcpMutants {
  private TcpMutants() {}

  /** UDP: each datagram is sent once, and read as it comes. */
  public static Behavior<Msg> udp(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Tcp(ctx, host, timers) {
              @Override
              protected boolean sendsAgain() {
                return false;
              }

              @Override
              protected void accept(Segment segment) {
                host.report(new Read(segment.data()));
              }

              @Override
              protected int toAcknowledge(Segment segment, int firstLacking) {
                return segment.number() + 1;
              }
            });
  }

  /** Sends again, but the receiver doesn't look at the numbers. */
  public static Behavior<Msg> noNumbers(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Tcp(ctx, host, timers) {
              private int read;

              @Override
              protected void accept(Segment segment) {
                read++;
                host.report(new Read(segment.data()));
              }

              @Override
              protected int toAcknowledge(Segment segment, int firstLacking) {
                return read;
              }
            });
  }

  /** Acknowledges the last segment that came, as if nothing before it were missing. */
  public static Behavior<Msg> acksTheLatest(Host<Msg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Tcp(ctx, host, timers) {
              @Override
              protected int toAcknowledge(Segment segment, int firstLacking) {
                return segment.number() + 1;
              }
            });
  }
}
