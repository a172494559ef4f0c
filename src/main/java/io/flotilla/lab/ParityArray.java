package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Parity.*;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes to all three disks, one write after the other, and reads from any two. */
class ParityArray extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Queue<Write> waiting = new ArrayDeque<>();
  private final SortedSet<String> kept = new TreeSet<>();
  private final SortedMap<Integer, SortedMap<String, SortedMap<Integer, Integer>>> reads =
      new TreeMap<>();
  private Write current;
  private int lastRead;

  ParityArray(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, this::onWrite)
        .onMessage(Kept.class, this::onKept)
        .onMessage(Read.class, m -> onRead())
        .onMessage(Has.class, this::onHas)
        .onMessage(Retry.class, m -> send())
        .build();
  }

  private Numbers numbers() {
    return host.storage().read("numbers", Numbers.class).orElse(new Numbers(0, 0));
  }

  private Behavior<Msg> onWrite(Write write) {
    waiting.add(write);
    return current == null ? next() : this;
  }

  private Behavior<Msg> next() {
    current = waiting.poll();
    kept.clear();
    if (current != null) {
      int version = numbers().last() + 1;
      host.storage().write("numbers", new Numbers(version, numbers().whole()));
      host.report(new Begun(version, current.first(), current.second()));
      send();
    }
    return this;
  }

  private Behavior<Msg> send() {
    if (current != null) {
      put("d1", current.first());
      put("d2", current.second());
      put("d3", current.first() ^ current.second());
    }
    reads.keySet().forEach(read -> Parity.DISKS.forEach(d -> host.tell(d, new Ask(read))));
    timers.startSingleTimer(new Retry(), Parity.RETRY);
    return this;
  }

  private void put(String disk, int block) {
    if (!kept.contains(disk)) {
      host.tell(disk, new Put(numbers().last(), block, numbers().whole()));
    }
  }

  private Behavior<Msg> onKept(Kept m) {
    if (current != null && m.version() == numbers().last()) {
      kept.add(m.disk());
      if (isEnough(kept.size())) {
        host.storage().write("numbers", new Numbers(m.version(), m.version()));
        host.report(new Acknowledged(m.version()));
        return next();
      }
    }
    return this;
  }

  /** All: with two, the loss of one of them would leave one, from which nothing follows. */
  protected boolean isEnough(int disks) {
    return disks == Parity.DISKS.size();
  }

  private Behavior<Msg> onRead() {
    host.report(new Asked(++lastRead));
    reads.put(lastRead, new TreeMap<>());
    return send();
  }

  private Behavior<Msg> onHas(Has has) {
    SortedMap<String, SortedMap<Integer, Integer>> heard = reads.get(has.read());
    if (heard != null) {
      heard.put(has.disk(), has.blocks());
      answer(has.read(), heard);
    }
    return this;
  }

  /** The newest version of which there are two blocks. */
  private void answer(int read, SortedMap<String, SortedMap<Integer, Integer>> heard) {
    SortedMap<Integer, SortedMap<String, Integer>> byVersion = new TreeMap<>();
    heard.forEach(
        (disk, blocks) ->
            blocks.forEach(
                (version, block) ->
                    byVersion
                        .computeIfAbsent(group(version), v -> new TreeMap<>())
                        .put(disk, block)));
    byVersion.values().removeIf(blocks -> blocks.size() < 2);
    if (!byVersion.isEmpty()) {
      SortedMap<String, Integer> blocks = byVersion.get(byVersion.lastKey());
      int first = blocks.containsKey("d1") ? blocks.get("d1") : blocks.get("d2") ^ blocks.get("d3");
      int second = blocks.containsKey("d2") ? blocks.get("d2") : first ^ blocks.get("d3");
      reads.remove(read);
      host.report(new Answered(read, first, second));
    }
  }

  /** Blocks are combined with those of the same version. */
  protected int group(int version) {
    return version;
  }

  @Override
  public String toString() {
    return "version " + numbers().last() + ", whole " + numbers().whole();
  }
}
