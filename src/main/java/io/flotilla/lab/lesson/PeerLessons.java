package io.flotilla.lab.lesson;

import io.flotilla.lab.Chat;
import io.flotilla.lab.ChatMutants;
import io.flotilla.lab.Flooding;
import io.flotilla.lab.FloodingMutants;
import io.flotilla.lab.Tracker;
import io.flotilla.lab.TrackerMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Networks of equals. */
final class PeerLessons {
  private PeerLessons() {}

  /** The hops left with which each node was asked last, and a node that was asked again. */
  private record Wave(SortedMap<String, Integer> asked, String again) {
    static final Wave EMPTY = new Wave(new TreeMap<>(), "");

    Wave after(SimEvent e) {
      if (e.payload() instanceof Flooding.Searched) {
        return new Wave(Folds.plus(asked, e.node(), Flooding.TTL), again);
      }
      if (e.payload() instanceof Flooding.Asked a) {
        int before = asked.getOrDefault(e.node(), -1);
        String text = e.node() + " passed on " + a.hopsLeft() + " hops after " + before;
        return new Wave(
            Folds.plus(asked, e.node(), a.hopsLeft()), a.hopsLeft() > before ? again : text);
      }
      return this;
    }

    private static SortedSet<String> inReach() {
      SortedSet<String> reached = new TreeSet<>(List.of("N1"));
      for (int hop = 0; hop < Flooding.TTL; hop++) {
        List.copyOf(reached).forEach(n -> reached.addAll(Flooding.NEIGHBORS.get(n)));
      }
      return reached;
    }

    Optional<String> beyond() {
      SortedSet<String> far = new TreeSet<>(asked.keySet());
      far.removeAll(inReach());
      return Verdicts.none("asked", far);
    }

    Optional<String> missed() {
      SortedSet<String> missed = inReach();
      missed.removeAll(asked.keySet());
      return asked.isEmpty() ? Optional.empty() : Verdicts.none("never asked", missed);
    }
  }

  static Lesson<Flooding.Msg> flooding() {
    String near = "nobody beyond the hops is asked";
    String all = "everybody within the hops is asked in the end";
    String news = "a node passes a query on again only with more hops left";
    Scenario<Flooding.Msg> scenario =
        Scenario.of(List.copyOf(Flooding.NEIGHBORS.keySet()), Flooding::create)
            .with(Faults.parse("dup=2,reorder"))
            .ask("N4", new Flooding.Share("song"))
            .ask("N5", new Flooding.Share("song"))
            .ask("N1", new Flooding.Find("song"));
    return Lesson.of(
            "flooding",
            "Flooding: a search with limited hops in an unstructured network",
            "Gnutella 0.4",
            scenario,
            Property.always(near, Wave.EMPTY, Wave::after, Wave::beyond),
            Property.always(news, Wave.EMPTY, Wave::after, w -> Verdicts.unlessEmpty(w.again())),
            Property.atEnd(all, Wave.EMPTY, Wave::after, Wave::missed),
            Property.sometimes("the file is found", Flooding.Found.class, f -> true))
        .tolerating("dup,reorder")
        .exploring(scenario.with(Faults.NONE))
        .mutant("no-ttl", "a query keeps its hops", FloodingMutants::noTtl, near)
        .mutant(
            "first-copy-only",
            "only the first copy goes on, although it came the long way",
            FloodingMutants::firstCopyOnly,
            all)
        .mutant("no-memory", "every copy goes on", FloodingMutants::noMemory, news);
  }

  /**
   * @param wanting peers without the file they want
   * @param has peers with the file on their disks
   * @param gaveUp peers that no longer try
   * @param listed a peer that the tracker listed without its having the file
   */
  private record Swarm(
      SortedSet<String> wanting,
      SortedSet<String> has,
      SortedSet<String> gaveUp,
      String listed,
      int lost) {
    static final Swarm EMPTY = new Swarm(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), "", 0);

    Swarm after(SimEvent e) {
      if (e.payload() instanceof Tracker.Wanted) {
        return new Swarm(Folds.plus(wanting, e.node()), has, gaveUp, listed, lost);
      }
      if (e.payload() instanceof Tracker.Has) {
        return new Swarm(
            Folds.minus(wanting, e.node()), Folds.plus(has, e.node()), gaveUp, listed, lost);
      }
      if (e.payload() instanceof Tracker.Listed l) {
        String text = has.contains(l.peer()) ? listed : l.peer() + " is listed and has nothing";
        return new Swarm(wanting, has, gaveUp, text, lost);
      }
      if (e.kind() == SimEvent.Kind.LOSE) {
        return new Swarm(wanting, has, gaveUp, listed, lost + 1);
      }
      return e.payload() instanceof Tracker.GaveUp
          ? new Swarm(
              Folds.minus(wanting, e.node()), has, Folds.plus(gaveUp, e.node()), listed, lost)
          : this;
    }

    /** Its attempts are made for one lost message, not for any number. */
    Optional<String> hasty() {
      return lost > 1 ? Optional.empty() : Verdicts.none("gave up", gaveUp);
    }
  }

  static Lesson<Tracker.Msg> tracker() {
    String got = "nobody gives up while a live peer has the file";
    String has = "whoever is listed has the file";
    Scenario<Tracker.Msg> scenario =
        Scenario.of(List.of("tracker", "p1", "p2", "p3"), Tracker::create)
            .with(Timing.bounded(1, 10))
            .with(Faults.parse("drop=1,dup=1,crash=1,reorder"))
            .crashable(List.of("p1"))
            .until(1_000, 400)
            .ask("p1", new Tracker.Seed("film"))
            .ask("p2", new Tracker.Seed("film"))
            .askAt(100, "p1", new Tracker.Delete("film"))
            .askAt(120, "p3", new Tracker.Want("film"));
    return Lesson.of(
            "tracker",
            "Hybrid peers: a tracker for the list, peers for the file",
            "BitTorrent, BEP 3",
            scenario,
            Property.always(has, Swarm.EMPTY, Swarm::after, s -> Verdicts.unlessEmpty(s.listed())),
            Property.always(got, Swarm.EMPTY, Swarm::after, Swarm::hasty),
            Property.atEnd(
                "nobody waits in the end",
                Swarm.EMPTY,
                Swarm::after,
                s -> Verdicts.none("without it", s.wanting())),
            Property.sometimes(
                "the third peer gets the file",
                Swarm.EMPTY,
                Swarm::after,
                s -> s.has().contains("p3") ? Optional.of("seen") : Optional.empty()))
        .tolerating("drop,dup,crash,reorder")
        .mutant(
            "asks-the-first",
            "the first of the list is asked each time, whether it has the file or not",
            TrackerMutants::asksTheFirst,
            got)
        .mutant(
            "lists-itself-first",
            "a peer has itself listed before it has the file",
            TrackerMutants::listsItselfFirst,
            has);
  }

  /**
   * What each reader should be shown, and what it was.
   *
   * @param down nodes that are
   */
  private record Screens(
      SortedMap<String, List<String>> said,
      SortedMap<String, List<String>> shown,
      SortedSet<String> down) {
    static final Screens EMPTY = new Screens(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

    Screens after(SimEvent e) {
      if (e.payload() instanceof Chat.Said s) {
        String way = e.node() + " to " + s.to();
        return new Screens(longer(said, way, s.text()), shown, down);
      }
      if (e.payload() instanceof Chat.Showed s) {
        String way = s.from() + " to " + e.node();
        return new Screens(said, longer(shown, way, s.text()), down);
      }
      return switch (e.kind()) {
        case CRASH -> new Screens(said, shown, Folds.plus(down, e.node()));
        case RECOVER -> new Screens(said, shown, Folds.minus(down, e.node()));
        default -> this;
      };
    }

    private static SortedMap<String, List<String>> longer(
        SortedMap<String, List<String>> map, String key, String text) {
      List<String> list = new ArrayList<>(map.getOrDefault(key, List.of()));
      list.add(text);
      return Folds.plus(map, key, List.copyOf(list));
    }

    Optional<String> disorder() {
      return shown.entrySet().stream()
          .filter(
              s -> {
                List<String> right = said.getOrDefault(s.getKey(), List.of());
                return s.getValue().size() > right.size()
                    || !right.subList(0, s.getValue().size()).equals(s.getValue());
              })
          .map(s -> s.getKey() + " showed " + s.getValue())
          .findFirst();
    }

    /** Once all are up again. */
    Optional<String> missing() {
      return shown.equals(said) || !down.isEmpty()
          ? Optional.empty()
          : Optional.of("said " + said + ", shown " + shown);
    }
  }

  static Lesson<Chat.Msg> chat() {
    String order = "each line is shown once and in its writer's order";
    String all = "every line is shown in the end";
    Scenario<Chat.Msg> scenario =
        Scenario.of(List.of("alice", "bob", "store"), Chat::create)
            .with(Faults.parse("drop=2,dup=2,crash=2,reorder"))
            .crashable(List.of("bob", "store"))
            .timers(60)
            .ask("alice", new Chat.Say("bob", "hi"))
            .ask("alice", new Chat.Say("bob", "lunch?"));
    return Lesson.of(
            "chat",
            "Chat from peer to peer, with a store for whoever is offline",
            "XEP-0160",
            scenario,
            Property.always(order, Screens.EMPTY, Screens::after, Screens::disorder),
            Property.atEnd(all, Screens.EMPTY, Screens::after, Screens::missing),
            Property.sometimes("a line goes through the store", Chat.Deposited.class, d -> true))
        .tolerating("drop,dup,crash,reorder")
        .mutant(
            "direct-only",
            "a line for a reader who is offline goes nowhere",
            ChatMutants::directOnly,
            all)
        .mutant(
            "forgets-on-sending",
            "the store forgets a line that it has sent, and that gets lost",
            ChatMutants::forgetsOnSending,
            all)
        .mutant(
            "shows-what-comes",
            "a line is shown as often as it comes",
            ChatMutants::showsWhatComes,
            order);
  }
}
