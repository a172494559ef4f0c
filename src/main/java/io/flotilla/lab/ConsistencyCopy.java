package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.ConsistencyLevels.*;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** The primary, or a copy that asks it for news. */
class ConsistencyCopy extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Level level;
  private final SortedMap<String, Answer> written = new TreeMap<>();
  private Version mine = Version.NONE;

  /** The version was the primary's newest at this time or later. */
  private long freshAt = Long.MIN_VALUE / 2;

  ConsistencyCopy(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers, Level level) {
    super(ctx);
    this.host = host.amongServers();
    this.timers = timers;
    this.level = level;
    if (!isPrimary()) {
      pull();
    }
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, this::onWrite)
        .onMessage(Read.class, this::onRead)
        .onMessage(Pull.class, m -> reply(m.copy(), new Newest(m.at(), mine)))
        .onMessage(Newest.class, this::onNewest)
        .onMessage(PullAgain.class, m -> pull())
        .build();
  }

  private boolean isPrimary() {
    return host.id().equals(ConsistencyLevels.PRIMARY);
  }

  private long now() {
    return Duration.ofNanos(host.nanoTime()).toMillis();
  }

  private Behavior<Msg> reply(String to, Msg message) {
    host.tell(to, message);
    return this;
  }

  /** A write that comes again gets its answer again. */
  private Behavior<Msg> onWrite(Write write) {
    Answer last = written.get(write.client());
    if (last == null || last.request() < write.request()) {
      mine = new Version(mine.number() + 1, write.value());
      host.report(new Wrote(mine.number()));
      written.put(write.client(), new Answer(write.request(), mine));
    }
    return reply(write.client(), written.get(write.client()));
  }

  private Behavior<Msg> onRead(Read read) {
    boolean may = isPrimary() || mayAnswer(level, read.seen(), mine.number(), now() - freshAt);
    return may
        ? reply(read.client(), new Answer(read.request(), mine))
        : reply(ConsistencyLevels.PRIMARY, read);
  }

  /**
   * @param seen the newest version that the client knows of
   * @param age how long ago the version was the newest for certain
   */
  protected boolean mayAnswer(Level level, int seen, int number, long age) {
    return switch (level) {
      case STRONG -> false;
      case BOUNDED -> age <= ConsistencyLevels.BOUND.toMillis();
      case SESSION -> number >= seen;
      case EVENTUAL -> true;
    };
  }

  private Behavior<Msg> pull() {
    timers.startSingleTimer(new PullAgain(), ConsistencyLevels.PULL);
    return reply(ConsistencyLevels.PRIMARY, new Pull(host.id(), now()));
  }

  private Behavior<Msg> onNewest(Newest news) {
    if (isNews(news.version().number(), mine.number())) {
      mine = news.version();
      host.report(new Keeps(mine.number()));
    }
    freshAt = Math.max(freshAt, validFrom(news.askedAt(), now()));
    return this;
  }

  /** What was asked for later may have come sooner. */
  protected boolean isNews(int number, int have) {
    return number >= have;
  }

  /** The primary answered some time between the two; the earlier is certain. */
  protected long validFrom(long asked, long arrived) {
    return asked;
  }

  @Override
  public String toString() {
    return mine.value() + " (version " + mine.number() + ")";
  }
}
