package io.flotilla.lab;

import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import io.flotilla.lab.FailoverMsg.Disk;
import java.util.List;

/** A node whose log is on its disk: what it answers has been written before. */
abstract class FailoverDisk extends AbstractBehavior<FailoverMsg> {
  private static final String KEY = "log";

  final Host<FailoverMsg> host;

  FailoverDisk(ActorContext<FailoverMsg> ctx, Host<FailoverMsg> host) {
    super(ctx);
    this.host = host;
  }

  Disk disk() {
    return host.storage().read(KEY, Disk.class).orElse(Disk.EMPTY);
  }

  void write(int fence, int written, List<String> log) {
    host.storage().write(KEY, new Disk(fence, written, log));
  }

  @Override
  public String toString() {
    return disk().log() + " of epoch " + disk().written() + ", fence " + disk().fence();
  }
}
