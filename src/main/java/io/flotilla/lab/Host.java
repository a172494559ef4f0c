package io.flotilla.lab;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What a node knows about its surroundings: its own name, the others, its disk, its dice, and where
 * to report. Everything is keyed by the node's name in sorted maps: an {@link ActorRef}'s hash
 * carries a random number, and {@code Set.of} iterates in an order that changes with every JVM.
 *
 * @param <M> the messages the nodes exchange
 */
public final class Host<M> {
  private final String id;
  private final SortedMap<String, ActorRef<M>> nodes;
  private final List<String> peers;
  private final ActorRef<Report> reports;
  private final Storage storage;
  private final Random random;
  private final LongSupplier nanoTime;

  /**
   * @param nodes every node by name, including this one
   * @param nanoTime as {@link System#nanoTime}
   */
  public Host(
      String id,
      SortedMap<String, ActorRef<M>> nodes,
      ActorRef<Report> reports,
      Storage storage,
      Random random,
      LongSupplier nanoTime) {
    this(
        id,
        new TreeMap<>(nodes),
        List.copyOf(new TreeMap<>(nodes).keySet()),
        reports,
        storage,
        random,
        nanoTime);
  }

  private Host(
      String id,
      SortedMap<String, ActorRef<M>> nodes,
      List<String> peers,
      ActorRef<Report> reports,
      Storage storage,
      Random random,
      LongSupplier nanoTime) {
    this.id = id;
    this.nodes = nodes;
    this.peers = peers;
    this.reports = reports;
    this.storage = storage;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  public String id() {
    return id;
  }

  /**
   * The same host among the servers alone: clients, whose names begin with "client", are no peers,
   * but can still be told something.
   */
  public Host<M> amongServers() {
    List<String> servers = peers.stream().filter(n -> !n.startsWith("client")).toList();
    return new Host<>(id, nodes, servers, reports, storage, random, nanoTime);
  }

  public boolean isClient() {
    return id.startsWith("client");
  }

  /** Every node's name in order, including this one's. */
  public List<String> all() {
    return peers;
  }

  /** Every other node's name in order. */
  public List<String> others() {
    return peers.stream().filter(n -> !n.equals(id)).toList();
  }

  /** The size of the smallest majority of <em>all</em> nodes, up or down. */
  public int majority() {
    return peers.size() / 2 + 1;
  }

  public void tell(String to, M message) {
    nodes.get(to).tell(message);
  }

  public void tellOthers(M message) {
    others().forEach(other -> tell(other, message));
  }

  public void report(Event event) {
    reports.tell(new Report(id, event));
  }

  public Storage storage() {
    return storage;
  }

  /** The only randomness a node may use: seeded, so that a run can be repeated. */
  public Random random() {
    return random;
  }

  /** This node's clock, by which its timers fire. It measures durations, not the time of day. */
  public long nanoTime() {
    return nanoTime.getAsLong();
  }
}
