package io.flotilla.lab.lesson;

import io.flotilla.lab.AllReduce;
import io.flotilla.lab.AllReduce.Gradient;
import io.flotilla.lab.AllReduce.Summed;
import io.flotilla.lab.AllReduceMutants;
import io.flotilla.lab.MapReduce;
import io.flotilla.lab.MapReduceMutants;
import io.flotilla.lab.MasterWorker;
import io.flotilla.lab.MasterWorker.DidTask;
import io.flotilla.lab.MasterWorker.Finished;
import io.flotilla.lab.MasterWorkerMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.SimEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Work divided among several nodes. The result must be that of one. */
final class WorkLessons {
  private WorkLessons() {}

  /**
   * @param frames how many were asked for
   * @param size what the master gave as the result; empty before
   * @param done how often each task was done
   */
  private record Film(int frames, Optional<Integer> size, SortedMap<Integer, Integer> done) {
    static final Film EMPTY = new Film(0, Optional.empty(), new TreeMap<>());

    Film after(SimEvent e) {
      if (e.payload() instanceof MasterWorker.Started s) {
        return new Film(s.frames(), size, done);
      }
      if (e.payload() instanceof Finished f) {
        return new Film(frames, Optional.of(f.size()), done);
      }
      if (e.payload() instanceof DidTask d) {
        int times = done.getOrDefault(d.frame(), 0) + 1;
        return new Film(frames, size, Folds.plus(done, d.frame(), times));
      }
      return this;
    }

    Optional<String> wrong() {
      int right = IntStream.rangeClosed(1, frames).map(MasterWorker::render).sum();
      return size.filter(s -> s != right).map(s -> "the sum is " + s + ", not " + right);
    }
  }

  static Lesson<MasterWorker.Msg> masterWorker() {
    String result = "the result is that of one machine";
    String end = "the job ends, whichever workers die";
    Scenario<MasterWorker.Msg> scenario =
        Scenario.of(List.of("master", "w1", "w2", "w3"), MasterWorker::create)
            .with(Faults.parse("drop=1,dup=1,crash=2,reorder"))
            .crashable(List.of("w1", "w2", "w3"))
            .timers(80)
            .ask("master", new MasterWorker.Job(4));
    return Lesson.of(
            "master-worker",
            "Master and workers: a task is counted once, also when its worker dies",
            "Dean and Ghemawat 2004, section 3.3",
            scenario,
            Property.always(result, Film.EMPTY, Film::after, Film::wrong),
            Property.atEnd(
                end,
                Film.EMPTY,
                Film::after,
                f ->
                    f.frames() == 0 || f.size().isPresent()
                        ? Optional.empty()
                        : Optional.of("done so far: " + f.done().keySet())),
            Property.sometimes("the film is finished", Finished.class, f -> true),
            Property.sometimes(
                "a task that was done twice",
                Film.EMPTY,
                Film::after,
                f ->
                    f.done().values().stream().anyMatch(n -> n > 1)
                        ? Optional.of("seen")
                        : Optional.empty()))
        .tolerating("drop,dup,crash,reorder")
        .exploring(
            Scenario.of(List.of("master", "w1", "w2"), MasterWorker::create)
                .with(Faults.parse("crash=1"))
                .crashable(List.of("w1", "w2"))
                .timers(3)
                .ask("master", new MasterWorker.Job(2)))
        .mutant(
            "waits-forever",
            "the task of a worker that dies is given to nobody else",
            MasterWorkerMutants::waitsForever,
            end)
        .mutant(
            "counts-twice",
            "the second result of a task is added as well",
            MasterWorkerMutants::countsTwice,
            result)
        .mutant(
            "any-answer-frees",
            "a late answer ends the wait for the task that its worker has now",
            MasterWorkerMutants::anyAnswerFrees,
            end);
  }

  /** The right counts and those that were given; empty before. */
  private record Words(SortedMap<String, Integer> right, Optional<SortedMap<String, Integer>> got) {
    static final Words EMPTY = new Words(new TreeMap<>(), Optional.empty());

    Words after(SimEvent e) {
      if (e.payload() instanceof MapReduce.Asked a) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        a.lines()
            .forEach(l -> List.of(l.split(" ")).forEach(w -> counts.merge(w, 1, Integer::sum)));
        return new Words(counts, got);
      }
      return e.payload() instanceof MapReduce.Counted c
          ? new Words(right, Optional.of(c.counts()))
          : this;
    }
  }

  static Lesson<MapReduce.Msg> mapReduce() {
    String result = "the counts are those of one machine";
    Scenario<MapReduce.Msg> scenario =
        Scenario.of(List.of("master", "w1", "w2", "w3"), MapReduce::create)
            .with(Faults.parse("drop=2,dup=2,crash=1,reorder"))
            .crashable(List.of("w1", "w2", "w3"))
            .timers(60)
            .ask(
                "master",
                new MapReduce.Count(
                    List.of("good bad", "good", "good", "bad", "bad good", "bad", "good")));
    return Lesson.of(
            "map-reduce",
            "MapReduce: map, shuffle, reduce",
            "Dean and Ghemawat 2004",
            scenario,
            Property.always(
                result,
                Words.EMPTY,
                Words::after,
                w ->
                    w.got()
                        .filter(counts -> !counts.equals(w.right()))
                        .map(counts -> counts + " instead of " + w.right())),
            Property.atEnd(
                "the job ends",
                Words.EMPTY,
                Words::after,
                w ->
                    w.right().isEmpty() || w.got().isPresent()
                        ? Optional.empty()
                        : Optional.of("no result")),
            Property.sometimes("a result", MapReduce.Counted.class, c -> true))
        .tolerating("drop,dup,crash,reorder")
        .exploring(
            Scenario.of(List.of("master", "w1", "w2"), MapReduce::create)
                .timers(0)
                .ask("master", new MapReduce.Count(List.of("good bad", "good", "bad"))))
        .mutant(
            "zip-drops-the-rest",
            "seven lines for three workers: two each, and nobody has the seventh",
            MapReduceMutants::zipDropsTheRest,
            result)
        .mutant(
            "no-shuffle",
            "each worker reduces the words that it has mapped",
            MapReduceMutants::noShuffle,
            result)
        .mutant(
            "counts-repetitions",
            "a reducer adds up whatever comes, also what came before",
            MapReduceMutants::countsRepetitions,
            result);
  }

  /** What the nodes put in, what they have got out, and how many messages each has sent. */
  private record Lap(
      SortedMap<String, List<Integer>> in,
      SortedMap<String, List<Integer>> out,
      SortedMap<String, Integer> sent) {
    static final Lap EMPTY = new Lap(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    Lap after(SimEvent e) {
      if (e.payload() instanceof Gradient g) {
        return new Lap(Folds.plus(in, e.node(), g.vector()), out, sent);
      }
      if (e.payload() instanceof Summed s) {
        return new Lap(in, Folds.plus(out, e.node(), s.vector()), sent);
      }
      return e.kind() == Kind.SEND
          ? new Lap(in, out, Folds.plus(sent, e.node(), sent.getOrDefault(e.node(), 0) + 1))
          : this;
    }

    Optional<String> wrong() {
      List<Integer> sum = new ArrayList<>();
      in.values().forEach(v -> add(sum, v));
      return out.entrySet().stream()
          .filter(node -> !node.getValue().equals(sum))
          .map(node -> node.getKey() + " has " + node.getValue() + ", the sum is " + sum)
          .findFirst();
    }

    private static void add(List<Integer> sum, List<Integer> vector) {
      for (int i = 0; i < vector.size(); i++) {
        if (sum.size() <= i) {
          sum.add(0);
        }
        sum.set(i, sum.get(i) + vector.get(i));
      }
    }

    Optional<String> missing() {
      SortedSet<String> without = new TreeSet<>(in.keySet());
      without.removeAll(out.keySet());
      return Verdicts.none("without a sum", without);
    }
  }

  static Lesson<AllReduce.Msg> allReduce() {
    String right = "every node has the sum of all vectors";
    String all = "every node gets the sum in the end";
    List<String> nodes = List.of("N1", "N2", "N3");
    Scenario<AllReduce.Msg> scenario =
        Scenario.of(nodes, AllReduce::create).with(Faults.parse("reorder"));
    for (String node : nodes) {
      scenario = scenario.ask(node, new AllReduce.Start());
    }
    int most = 2 * (nodes.size() - 1);
    return Lesson.of(
            "all-reduce",
            "AllReduce: gradients summed in a ring, 2(n-1) messages per node",
            "Patarasuk and Yuan 2009",
            scenario,
            Property.always(right, Lap.EMPTY, Lap::after, Lap::wrong),
            Property.always(
                "a node sends at most 2(n-1) messages",
                Lap.EMPTY,
                Lap::after,
                l ->
                    l.sent().values().stream().allMatch(n -> n <= most)
                        ? Optional.empty()
                        : Optional.of("sent " + l.sent())),
            Property.atEnd(all, Lap.EMPTY, Lap::after, Lap::missing),
            Property.sometimes("a sum", Summed.class, s -> true))
        .tolerating("reorder")
        .mutant(
            "one-lap",
            "each sum stays on the node that completed it",
            AllReduceMutants::oneLap,
            all)
        .mutant("always-adds", "the second lap adds as well", AllReduceMutants::alwaysAdds, right)
        .mutant(
            "never-adds",
            "a node passes on what came, without its own part",
            AllReduceMutants::neverAdds,
            right);
  }
}
