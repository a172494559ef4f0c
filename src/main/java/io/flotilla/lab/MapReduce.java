package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * MapReduce (Dean and Ghemawat, OSDI 2004), counting words. Each worker maps a split of the lines
 * to counts; then comes the shuffle: all counts of one word go to the one worker that reduces it,
 * whoever mapped them. The coordinator only joins what no two reducers have in common. It repeats
 * what got lost, so every step must give the same when it is done again.
 */
public final class MapReduce {
  static final Duration RETRY = Duration.ofMillis(100);

  private MapReduce() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the coordinator. */
  public record Count(List<String> lines) implements Msg {}

  /** One of {@code splits} parts of the lines, to be mapped. */
  public record MapSplit(int split, int splits, List<String> lines) implements Msg {}

  /** From a mapper to a reducer: its words' counts in this split. */
  public record Shuffle(int split, int splits, SortedMap<String, Integer> counts) implements Msg {}

  public record Reduced(String reducer, SortedMap<String, Integer> counts) implements Msg {}

  record NotDone() implements Msg {}

  public record Asked(List<String> lines) implements Event {}

  public record Counted(SortedMap<String, Integer> counts) implements Event {}

  /** The behavior of a node by its name: the coordinator, or else a worker. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals("master")
        ? Behaviors.withTimers(t -> Behaviors.setup(ctx -> new MapReduceMaster(ctx, host, t)))
        : Behaviors.setup(ctx -> new MapReduceWorker(ctx, host));
  }
}
