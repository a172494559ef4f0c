package io.flotilla.lab.lesson;

import io.flotilla.lab.ConsistencyLevels;
import io.flotilla.lab.ConsistencyLevels.Answered;
import io.flotilla.lab.ConsistencyLevels.Asked;
import io.flotilla.lab.ConsistencyLevels.DoRead;
import io.flotilla.lab.ConsistencyLevels.DoWrite;
import io.flotilla.lab.ConsistencyLevels.Keeps;
import io.flotilla.lab.ConsistencyLevels.Level;
import io.flotilla.lab.ConsistencyLevels.Msg;
import io.flotilla.lab.ConsistencyLevels.Wrote;
import io.flotilla.lab.ConsistencyMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** What a read may miss: one history, judged by each level. */
final class ConsistencyLessons {
  private ConsistencyLessons() {}

  private static final List<String> NODES = List.of("primary", "r1", "r2", "client1", "client2");

  /**
   * What a request must see at least, by each level. Versions are numbered by the primary, so a
   * history needs no search: an answer is right if its version is not below these.
   */
  private record Open(int strong, int bounded, int session) {}

  /**
   * @param written when the primary wrote each version
   * @param session the newest version that each client has seen
   * @param open each client's request
   * @param kept what each copy has
   * @param missed by each level, an answer that was too old
   * @param wentBack a copy that took an older version than it had
   */
  private record History(
      SortedMap<Integer, Long> written,
      int answered,
      SortedMap<String, Integer> session,
      SortedMap<String, Open> open,
      SortedMap<String, Integer> kept,
      SortedMap<Level, String> missed,
      String wentBack) {
    static final History EMPTY =
        new History(
            new TreeMap<>(),
            0,
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            "");

    History after(SimEvent e) {
      if (e.payload() instanceof Wrote w) {
        return new History(
            Folds.plus(written, w.version(), e.time()),
            answered,
            session,
            open,
            kept,
            missed,
            wentBack);
      }
      if (e.payload() instanceof Keeps k) {
        int had = kept.getOrDefault(e.node(), 0);
        String back = e.node() + " went from version " + had + " to " + k.version();
        return new History(
            written,
            answered,
            session,
            open,
            Folds.plus(kept, e.node(), k.version()),
            missed,
            k.version() < had ? back : wentBack);
      }
      if (e.payload() instanceof Asked) {
        long limit = e.time() - ConsistencyLevels.BOUND.toMillis();
        int bounded = (int) written.values().stream().filter(when -> when <= limit).count();
        Open asked = new Open(answered, bounded, session.getOrDefault(e.node(), 0));
        return new History(
            written, answered, session, Folds.plus(open, e.node(), asked), kept, missed, wentBack);
      }
      return e.payload() instanceof Answered a ? answered(e.node(), a.version()) : this;
    }

    private History answered(String client, int version) {
      Open asked = open.get(client);
      SortedMap<Level, String> more = new TreeMap<>(missed);
      note(more, Level.STRONG, client, version, asked.strong());
      note(more, Level.BOUNDED, client, version, asked.bounded());
      note(more, Level.SESSION, client, version, asked.session());
      return new History(
          written,
          Math.max(answered, version),
          Folds.plus(session, client, Math.max(version, asked.session())),
          open,
          kept,
          more,
          wentBack);
    }

    private static void note(
        SortedMap<Level, String> to, Level level, String client, int version, int least) {
      if (version < least) {
        to.putIfAbsent(level, client + " saw version " + version + " and not " + least);
      }
    }

    Optional<String> misses(Level level) {
      return Optional.ofNullable(missed.get(level));
    }

    Optional<String> differing() {
      TreeSet<Integer> all = new TreeSet<>(kept.values());
      all.add(written.size());
      return all.size() > 1
          ? Optional.of("written: " + written.size() + ", kept: " + kept)
          : Optional.empty();
    }
  }

  private static final BiFunction<History, SimEvent, History> HISTORY = History::after;

  private static final String STRONG = "a read sees what anyone has seen before it";
  private static final String BOUNDED = "a read sees what was written 100 ms before it";
  private static final String SESSION = "a read sees what its client has seen before it";
  private static final String FORWARD = "no copy goes back to an older version";
  private static final String EVENTUAL = "in the end all copies have the newest version";

  private static Property<History> holds(String name, Level level) {
    return Property.always(name, History.EMPTY, HISTORY, h -> h.misses(level));
  }

  private static Property<History> missing(String what, Level level, int percent) {
    return Property.sometimes(what, History.EMPTY, HISTORY, h -> h.misses(level))
        .inAtLeast(percent);
  }

  private static Scenario<Msg> reading(Level level) {
    Scenario<Msg> scenario =
        Scenario.<Msg>of(NODES, h -> ConsistencyLevels.create(h, level))
            .with(Timing.bounded(1, 60).thenAtMost(10))
            .with(Faults.parse("drop=3,dup=3,cut=1,oneway=1,pause=1,slow=1,reorder"))
            .crashable(List.of("primary", "r1", "r2"))
            .steps(1_500)
            .calmFrom(1_000, 1_500);
    for (int i = 0; i < 4; i++) {
      scenario =
          scenario
              .askAt(200L * i, "client1", new DoWrite("v" + i))
              .askAt(200L * i + 40, "client1", new DoRead("r1"))
              .askAt(200L * i + 50, "client2", new DoRead("r1"))
              .askAt(200L * i + 90, "client2", new DoRead("r2"));
    }
    return scenario;
  }

  /** One copy and little time: enough for a mistake to show. */
  private static Scenario<Msg> stage(Level level) {
    return Scenario.<Msg>of(
            List.of("primary", "r1", "client1", "client2"), h -> ConsistencyLevels.create(h, level))
        .with(Timing.bounded(1, 60).thenAtMost(10))
        .with(Faults.parse("drop=3,slow=1,cut=1,reorder"))
        .crashable(List.of("primary", "r1"))
        .calmFrom(250, 350)
        .askAt(0, "client1", new DoWrite("v0"))
        .askAt(40, "client1", new DoRead("r1"))
        .askAt(100, "client1", new DoWrite("v1"))
        .askAt(160, "client2", new DoRead("primary"))
        .askAt(230, "client2", new DoRead("r1"));
  }

  private static Lesson<Msg> lesson(
      String name, String title, Level level, Property<?>... properties) {
    return Lesson.of(name, title, "Terry 2013", reading(level), properties)
        .tolerating("drop,dup,cut,pause,oneway,slow,reorder")
        .exploring(
            Scenario.<Msg>of(NODES, h -> ConsistencyLevels.create(h, level))
                .timers(0)
                .ask("client1", new DoWrite("v"))
                .ask("client2", new DoRead("r1"))
                .ask("client2", new DoRead("r2")))
        .showing(stage(level));
  }

  private static Property<History> converges() {
    return Property.atEnd(EVENTUAL, History.EMPTY, HISTORY, History::differing);
  }

  static Lesson<Msg> strong() {
    return lesson(
            "consistency-strong",
            "Strong consistency: every read asks the primary",
            Level.STRONG,
            holds(STRONG, Level.STRONG),
            converges(),
            Property.sometimes("a read of the last version", Answered.class, a -> a.version() == 4)
                .inAtLeast(80))
        .mutant(
            "asks-nobody",
            "a copy answers whatever it has",
            h -> ConsistencyMutants.asksNobody(h, Level.STRONG),
            STRONG)
        .mutant(
            "late-is-now",
            "a copy answers if it has heard from the primary lately",
            h -> ConsistencyMutants.lateIsNow(h, Level.STRONG),
            STRONG);
  }

  static Lesson<Msg> bounded() {
    return lesson(
            "consistency-bounded",
            "Bounded staleness: a copy answers while it is fresh enough",
            Level.BOUNDED,
            holds(BOUNDED, Level.BOUNDED),
            converges(),
            missing("a read that strong consistency forbids", Level.STRONG, 30))
        .mutant(
            "asks-nobody",
            "a copy answers whatever it has",
            h -> ConsistencyMutants.asksNobody(h, Level.BOUNDED),
            BOUNDED)
        .mutant(
            "fresh-on-arrival",
            "what the primary said counts as fresh when it arrives",
            h -> ConsistencyMutants.freshOnArrival(h, Level.BOUNDED),
            BOUNDED);
  }

  static Lesson<Msg> session() {
    return lesson(
            "consistency-session",
            "Session guarantees: read your writes, and never go back",
            Level.SESSION,
            holds(SESSION, Level.SESSION),
            converges(),
            missing("a read that strong consistency forbids", Level.STRONG, 30),
            missing("a read that bounded staleness forbids", Level.BOUNDED, 1))
        .mutant(
            "forgets-its-writes",
            "the client doesn't say what it has written",
            h -> ConsistencyMutants.forgetsItsWrites(h, Level.SESSION),
            SESSION)
        .mutant(
            "forgets-its-reads",
            "the client doesn't say what it has read",
            h -> ConsistencyMutants.forgetsItsReads(h, Level.SESSION),
            SESSION);
  }

  static Lesson<Msg> eventual() {
    return lesson(
            "consistency-eventual",
            "Eventual consistency: a copy answers what it has",
            Level.EVENTUAL,
            converges(),
            Property.always(
                FORWARD, History.EMPTY, HISTORY, h -> Verdicts.unlessEmpty(h.wentBack())),
            missing("a read that strong consistency forbids", Level.STRONG, 30),
            missing("a read that bounded staleness forbids", Level.BOUNDED, 1),
            missing("a client goes back, or misses its own write", Level.SESSION, 30))
        .showing(
            Scenario.<Msg>of(
                    List.of("primary", "r1", "client1"),
                    h -> ConsistencyLevels.create(h, Level.EVENTUAL))
                .with(Timing.bounded(1, 60).thenAtMost(10))
                .with(Faults.parse("reorder"))
                .calmFrom(200, 300)
                .askAt(0, "client1", new DoWrite("v0"))
                .askAt(60, "client1", new DoWrite("v1")))
        .mutant(
            "first-arrival-stays",
            "a copy keeps the first that it gets",
            h -> ConsistencyMutants.firstArrivalStays(h, Level.EVENTUAL),
            EVENTUAL)
        .mutant(
            "last-arrival-wins",
            "a copy keeps what arrives last; the network reorders",
            h -> ConsistencyMutants.lastArrivalWins(h, Level.EVENTUAL),
            FORWARD);
  }
}
