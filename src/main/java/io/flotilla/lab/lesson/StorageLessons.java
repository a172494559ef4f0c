package io.flotilla.lab.lesson;

import io.flotilla.lab.Cdn;
import io.flotilla.lab.Cdn.Fetched;
import io.flotilla.lab.Cdn.Fetches;
import io.flotilla.lab.Cdn.Get;
import io.flotilla.lab.Cdn.Publish;
import io.flotilla.lab.Cdn.Published;
import io.flotilla.lab.Cdn.PurgeDone;
import io.flotilla.lab.Cdn.Served;
import io.flotilla.lab.CdnMutants;
import io.flotilla.lab.Rsync;
import io.flotilla.lab.Rsync.Wrote;
import io.flotilla.lab.RsyncMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Files and their copies. */
final class StorageLessons {
  private StorageLessons() {}

  /** The line that is new, and the number that is another. */
  private static final int NEWS = "Zoe 0010;".length() + "6365".length();

  /**
   * @param file what the mirror has; empty before
   * @param sent how much of it was sent as text
   */
  private record Copy(String file, int sent) {
    static final Copy NONE = new Copy("", 0);

    Copy after(SimEvent e) {
      return e.payload() instanceof Wrote w ? new Copy(w.file(), w.sent()) : this;
    }

    Optional<String> wrong() {
      return file.isEmpty() || file.equals(Rsync.NEW)
          ? Optional.empty()
          : Optional.of("the mirror has " + file);
    }
  }

  static Lesson<Rsync.Msg> rsync() {
    String same = "the mirror's file is the source's";
    String little = "only what is new is sent";
    return Lesson.of(
            "rsync",
            "Rsync: a rolling checksum finds what the mirror has",
            "Tridgell and Mackerras 1996",
            Scenario.of(List.of("mirror", "source"), Rsync::create)
                .with(Timing.bounded(1, 80).thenAtMost(10))
                .with(Faults.parse("drop=3,dup=3,cut=1,slow=1,reorder"))
                .calmFrom(400, 800)
                .ask("mirror", new Rsync.Sync()),
            Property.always(same, Copy.NONE, Copy::after, Copy::wrong),
            Property.always(
                little,
                Copy.NONE,
                Copy::after,
                c ->
                    c.sent() <= NEWS
                        ? Optional.empty()
                        : Optional.of(c.sent() + " characters are sent, and " + NEWS + " are new")),
            Property.atEnd(
                "the file is copied in the end",
                Copy.NONE,
                Copy::after,
                c -> c.file().isEmpty() ? Optional.of("it isn't") : Optional.empty()),
            Property.sometimes("a file is copied", Wrote.class, w -> true).inAtLeast(90))
        .tolerating("drop,dup,cut,pause,oneway,slow,reorder")
        .exploring(
            Scenario.of(List.of("mirror", "source"), Rsync::create)
                .timers(1)
                .ask("mirror", new Rsync.Sync()))
        .mutant(
            "weak-is-enough",
            "two blocks with the same weak checksum are taken for the same",
            RsyncMutants::weakIsEnough,
            same)
        .mutant(
            "does-not-roll",
            "blocks are compared each at its own place",
            RsyncMutants::doesNotRoll,
            little)
        .mutant(
            "in-place",
            "the mirror writes over the file from which it still copies",
            RsyncMutants::inPlace,
            same);
  }

  /**
   * @param published when each version was
   * @param purged the version below which the origin knows that the edge has nothing
   * @param fetching how many fetches are under way
   * @param behind whether an answer was older than what the origin had
   * @param stale an answer older than the time to live
   * @param undead an answer older than a purge that was confirmed
   */
  private record Edge(
      SortedMap<Integer, Long> published,
      int purged,
      int fetching,
      int asked,
      int served,
      boolean behind,
      String stale,
      String undead) {
    static final Edge EMPTY = new Edge(new TreeMap<>(), 0, 0, 0, 0, false, "", "");

    Edge after(SimEvent e) {
      if (e.payload() instanceof Published p) {
        SortedMap<Integer, Long> more = Folds.plus(published, p.version(), e.time());
        return new Edge(more, purged, fetching, asked, served, behind, stale, undead);
      }
      if (e.payload() instanceof PurgeDone p) {
        return new Edge(published, p.version(), fetching, asked, served, behind, stale, undead);
      }
      if (e.payload() instanceof Fetches) {
        return new Edge(published, purged, fetching + 1, asked, served, behind, stale, undead);
      }
      if (e.payload() instanceof Fetched) {
        return new Edge(published, purged, 0, asked, served, behind, stale, undead);
      }
      if (e.payload() instanceof Get && e.kind() == SimEvent.Kind.STIMULUS) {
        return new Edge(published, purged, fetching, asked + 1, served, behind, stale, undead);
      }
      return e.payload() instanceof Served s ? served(s, e.time()) : this;
    }

    private Edge served(Served s, long now) {
      long limit = now - Cdn.TTL.toMillis();
      int due = 1 + (int) published.values().stream().filter(when -> when <= limit).count();
      String text = s.user() + " got version " + s.version();
      return new Edge(
          published,
          purged,
          fetching,
          asked,
          served + 1,
          behind || s.version() <= published.size(),
          s.version() < due ? text + ", and " + due + " is older than the limit" : stale,
          s.version() < purged ? text + ", and " + purged + " was purged for" : undead);
    }
  }

  private static final BiFunction<Edge, SimEvent, Edge> EDGE = Edge::after;

  static Lesson<Cdn.Msg> cdn() {
    String fresh = "no answer is older than the time to live";
    String gone = "what is purged is not served again";
    String one = "one fetch at a time";
    Scenario<Cdn.Msg> scenario =
        Scenario.of(List.of("origin", "edge"), Cdn::create)
            .with(Timing.bounded(1, 60).thenAtMost(10))
            .with(Faults.parse("drop=4,dup=3,cut=1,oneway=1,slow=1,reorder"))
            .steps(800)
            .calmFrom(600, 1_000);
    for (int i = 0; i < 8; i++) {
      scenario = scenario.askAt(70L * i, "edge", new Get("user" + i));
      scenario = scenario.askAt(70L * i + 5, "edge", new Get("friend" + i));
    }
    return Lesson.of(
            "cdn",
            "CDN: an edge cache with time to live, purge and a single flight",
            "RFC 9111, Nishtala et al. 2013",
            scenario
                .askAt(60, "origin", new Publish())
                .askAt(200, "origin", new Publish())
                .askAt(420, "origin", new Publish()),
            Property.always(fresh, Edge.EMPTY, EDGE, x -> Verdicts.unlessEmpty(x.stale())),
            Property.always(gone, Edge.EMPTY, EDGE, x -> Verdicts.unlessEmpty(x.undead())),
            Property.always(
                one,
                Edge.EMPTY,
                EDGE,
                x ->
                    x.fetching() > 1
                        ? Optional.of(x.fetching() + " fetches are under way")
                        : Optional.empty()),
            Property.atEnd(
                "everybody is served in the end",
                Edge.EMPTY,
                EDGE,
                x ->
                    x.asked() == x.served()
                        ? Optional.empty()
                        : Optional.of(x.served() + " of " + x.asked() + " are served")),
            Property.sometimes(
                    "an answer older than what the origin has",
                    Edge.EMPTY,
                    EDGE,
                    x -> x.behind() ? Optional.of("seen") : Optional.empty())
                .inAtLeast(50))
        .tolerating("drop,dup,cut,pause,oneway,slow,reorder")
        .exploring(
            Scenario.of(List.of("origin", "edge"), Cdn::create)
                .timers(1)
                .ask("edge", new Get("user"))
                .ask("edge", new Get("friend"))
                .ask("origin", new Publish()))
        .mutant(
            "everybody-fetches",
            "whoever finds nothing in the cache fetches",
            CdnMutants::everybodyFetches,
            one)
        .mutant(
            "purge-misses-the-flight",
            "a page that was under way when it was purged is cached",
            CdnMutants::purgeMissesTheFlight,
            gone)
        .mutant("hits-renew", "each hit renews the time to live", CdnMutants::hitsRenew, fresh);
  }
}
