package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Parity.Msg;
import io.flotilla.lab.Parity.Put;

/** The array with one wrong rule each. */
public final class ParityMutants {
  private ParityMutants() {}

  /** A disk writes over what it has: between two writes nothing fits together. */
  public static Behavior<Msg> writesOver(Host<Msg> host) {
    return Parity.DISKS.contains(host.id())
        ? Behaviors.setup(
            ctx ->
                new ParityDisk(ctx, host) {
                  @Override
                  protected int oldestNeeded(Put put) {
                    return put.version();
                  }
                })
        : Parity.create(host);
  }

  /** Blocks are combined with whatever the other disk has. */
  public static Behavior<Msg> mixes(Host<Msg> host) {
    return Parity.DISKS.contains(host.id())
        ? Parity.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new ParityArray(ctx, host, timers) {
                  @Override
                  protected int group(int version) {
                    return 0;
                  }
                });
  }

  /** Acknowledged when two disks have it. */
  public static Behavior<Msg> twoAreEnough(Host<Msg> host) {
    return Parity.DISKS.contains(host.id())
        ? Parity.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new ParityArray(ctx, host, timers) {
                  @Override
                  protected boolean isEnough(int disks) {
                    return disks == 2;
                  }
                });
  }
}
