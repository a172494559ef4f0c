package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * Three disks of which any may die (Patterson, Gibson and Katz, "RAID", 1988). Two have a block
 * each, the third has the two combined: from any two follows the one that is lost. The three must
 * belong together. While a write is under way they don't, so the old blocks are kept until all new
 * ones are there; a disk that forgets them too early leaves the "write hole".
 *
 * <p>Assumes that at most one disk is lost for good. An array may also go on writing with two; this
 * one waits.
 */
public final class Parity {
  /** The last one has the parity. */
  public static final List<String> DISKS = List.of("d1", "d2", "d3");

  static final Duration RETRY = Duration.ofMillis(60);

  private Parity() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the array: two blocks. */
  public record Write(int first, int second) implements Msg {}

  /** From outside, to the array. */
  public record Read() implements Msg {}

  /**
   * @param whole the newest version that all disks have; nobody needs older ones
   */
  record Put(int version, int block, int whole) implements Msg {}

  record Kept(String disk, int version) implements Msg {}

  record Ask(int read) implements Msg {}

  record Has(String disk, int read, SortedMap<Integer, Integer> blocks) implements Msg {}

  record Retry() implements Msg {}

  /** What is on a disk: the blocks by version. */
  record Blocks(SortedMap<Integer, Integer> byVersion) {}

  /** What is on the array's own disk. */
  record Numbers(int last, int whole) {}

  public record Begun(int version, int first, int second) implements Event {}

  public record Acknowledged(int version) implements Event {}

  public record Asked(int read) implements Event {}

  public record Answered(int read, int first, int second) implements Event {}

  /** The behavior of a node by its name. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return DISKS.contains(host.id())
        ? Behaviors.setup(ctx -> new ParityDisk(ctx, host))
        : Nodes.timed((ctx, timers) -> new ParityArray(ctx, host, timers));
  }
}
