package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.MapReduce.Msg;
import io.flotilla.lab.MapReduce.Shuffle;
import java.util.List;
import java.util.stream.IntStream;

/** MapReduce with one wrong rule each. */
public final class MapReduceMutants {
  private MapReduceMutants() {}

  /** Splits of {@code lines / n}, zipped with the workers: nobody gets the remainder. */
  public static Behavior<Msg> zipDropsTheRest(Host<Msg> host) {
    if (!host.id().equals("master")) {
      return MapReduce.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new MapReduceMaster(ctx, host, timers) {
                      @Override
                      protected List<List<String>> split(List<String> lines, int n) {
                        int size = lines.size() / n;
                        return IntStream.range(0, n)
                            .mapToObj(i -> lines.subList(i * size, (i + 1) * size))
                            .toList();
                      }
                    }));
  }

  /** Each worker reduces what it has mapped itself. */
  public static Behavior<Msg> noShuffle(Host<Msg> host) {
    if (host.id().equals("master")) {
      return MapReduce.create(host);
    }
    return Behaviors.setup(
        ctx ->
            new MapReduceWorker(ctx, host) {
              @Override
              protected String reducerOf(String word, List<String> workers) {
                return host.id();
              }
            });
  }

  /** Adds up whatever comes, also what came before. */
  public static Behavior<Msg> countsRepetitions(Host<Msg> host) {
    if (host.id().equals("master")) {
      return MapReduce.create(host);
    }
    return Behaviors.setup(
        ctx ->
            new MapReduceWorker(ctx, host) {
              private int received;

              @Override
              protected String keyOf(Shuffle part) {
                return "message " + received++;
              }
            });
  }
}
