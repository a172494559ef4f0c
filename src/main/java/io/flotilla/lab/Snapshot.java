package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.util.List;
import java.util.SortedMap;

/**
 * A snapshot of a running system, and the restart from it (Chandy and Lamport, "Distributed
 * Snapshots", 1985). Nobody stops: a marker follows the messages on every channel, and what comes
 * before it belongs to the snapshot, what comes after it doesn't. So a snapshot holds what each
 * node had and what was on its way. It may be a state in which the system never was, but one that
 * it could have been in.
 *
 * <p>Assumes that channels keep their order and lose nothing, but to nodes that are down; one node,
 * the first, doesn't crash. A node that has crashed makes all go back to the last whole snapshot.
 */
public final class Snapshot {
  /** What each account holds at first. */
  public static final int MONEY = 100;

  private Snapshot() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: send so much. */
  public record Transfer(String to, int amount) implements Msg {}

  /** From outside, to the first node. */
  public record Take() implements Msg {}

  /**
   * @param era how often all have gone back before it was sent
   */
  public record Money(String from, Era era, int amount) implements Msg {}

  public record Marker(String from, Era era, int snapshot) implements Msg {}

  /** To the first node: my part of it is on disk. */
  public record Done(String from, Era era, int snapshot) implements Msg {}

  /** To the first node, from one that has crashed. */
  public record Lost() implements Msg {}

  /** From the first node: go back. */
  public record GoBack(Era era) implements Msg {}

  /** The time since the last restart, and the snapshot that it began with. */
  public record Era(int number, int from) {}

  /** A node's part of a snapshot: its account, and what was on its way to it. */
  public record Part(int account, SortedMap<String, List<Integer>> onTheWay) {
    public int sum() {
      return account + onTheWay.values().stream().flatMap(List::stream).mapToInt(n -> n).sum();
    }
  }

  public record Holds(int account) implements Event {}

  public record Recorded(int snapshot, Part part) implements Event {}

  /** The first node knows that all parts are on disk. */
  public record Whole(int snapshot) implements Event {}

  public record WentBack(int snapshot, int account) implements Event {}

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.setup(ctx -> new SnapshotNode(ctx, host));
  }
}
