package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Chat.Collect;
import io.flotilla.lab.Chat.Deposited;
import io.flotilla.lab.Chat.Keep;
import io.flotilla.lab.Chat.Kept;
import io.flotilla.lab.Chat.Line;
import io.flotilla.lab.Chat.Msg;
import io.flotilla.lab.Chat.NoAnswer;
import io.flotilla.lab.Chat.Said;
import io.flotilla.lab.Chat.Say;
import io.flotilla.lab.Chat.Showed;
import io.flotilla.lab.Chat.Shown;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes to the reader first and to the store if need be, and shows what comes, in order. */
class ChatPeer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedMap<String, Integer> written = new TreeMap<>();
  private final TreeSet<String> open = new TreeSet<>();

  ChatPeer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    host.tell("store", new Collect(host.id()));
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Say.class, this::onSay)
        .onMessage(NoAnswer.class, m -> noAnswer(m.line()))
        .onMessage(Shown.class, m -> settled(m.line()))
        .onMessage(Kept.class, this::onKept)
        .onMessage(Line.class, this::onLine)
        .build();
  }

  private Behavior<Msg> onSay(Say say) {
    host.report(new Said(say.to(), say.text()));
    int number = written.merge(say.to(), 1, Integer::sum);
    Line line = new Line(host.id(), say.to(), number, say.text());
    open.add(line.key());
    host.tell(say.to(), line);
    return waitFor(line);
  }

  private Behavior<Msg> waitFor(Line line) {
    timers.startSingleTimer(line.key(), new NoAnswer(line), Chat.RETRY);
    return this;
  }

  private Behavior<Msg> noAnswer(Line line) {
    if (usesTheStore()) {
      host.tell("store", new Keep(line));
      waitFor(line);
    }
    return this;
  }

  protected boolean usesTheStore() {
    return true;
  }

  private Behavior<Msg> onKept(Kept kept) {
    if (open.contains(kept.line().key())) {
      host.report(new Deposited(kept.line().text()));
    }
    return settled(kept.line());
  }

  private Behavior<Msg> settled(Line line) {
    open.remove(line.key());
    timers.cancel(line.key());
    return this;
  }

  /** What comes too early is left where it is: without a confirmation it will come again. */
  private Behavior<Msg> onLine(Line line) {
    int shown = host.storage().read(line.from(), Integer.class).orElse(0);
    if (isNext(line, shown)) {
      host.storage().write(line.from(), line.number());
      host.report(new Showed(line.from(), line.text()));
    } else if (line.number() > shown) {
      return this;
    }
    host.tell(line.from(), new Shown(line));
    host.tell("store", new Shown(line));
    return this;
  }

  protected boolean isNext(Line line, int shown) {
    return line.number() == shown + 1;
  }

  @Override
  public String toString() {
    return open.isEmpty() ? "nothing open" : "open " + open;
  }
}
