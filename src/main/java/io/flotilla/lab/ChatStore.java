package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Chat.Collect;
import io.flotilla.lab.Chat.Keep;
import io.flotilla.lab.Chat.Kept;
import io.flotilla.lab.Chat.Line;
import io.flotilla.lab.Chat.Lines;
import io.flotilla.lab.Chat.Msg;
import io.flotilla.lab.Chat.NoAnswer;
import io.flotilla.lab.Chat.Shown;
import java.util.List;
import java.util.TreeMap;

/** Keeps lines until their readers have shown them. */
class ChatStore extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final TreeMap<String, Line> lines;

  ChatStore(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.lines =
        new TreeMap<>(
            host.storage().read("lines", Lines.class).map(Lines::kept).orElse(new TreeMap<>()));
    List.copyOf(lines.values()).forEach(this::send);
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Keep.class, this::onKeep)
        .onMessage(Collect.class, this::onCollect)
        .onMessage(NoAnswer.class, m -> send(m.line()))
        .onMessage(Shown.class, m -> forget(m.line()))
        .build();
  }

  private Behavior<Msg> onKeep(Keep keep) {
    lines.put(keep.line().key(), keep.line());
    write();
    host.tell(keep.line().from(), new Kept(keep.line()));
    return send(keep.line());
  }

  private Behavior<Msg> onCollect(Collect collect) {
    for (Line line : List.copyOf(lines.values())) {
      if (line.to().equals(collect.peer())) {
        send(line);
      }
    }
    return this;
  }

  /** Again and again: it may get lost, or its reader may be offline, or die before showing it. */
  protected Behavior<Msg> send(Line line) {
    host.tell(line.to(), line);
    timers.startSingleTimer(line.key(), new NoAnswer(line), Chat.RETRY);
    return this;
  }

  protected final Behavior<Msg> forget(Line line) {
    lines.remove(line.key());
    timers.cancel(line.key());
    write();
    return this;
  }

  private void write() {
    host.storage().write("lines", new Lines(new TreeMap<>(lines)));
  }

  @Override
  public String toString() {
    return "keeps " + lines.keySet();
  }
}
