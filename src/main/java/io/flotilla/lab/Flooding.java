package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Search in an unstructured network (Gnutella 0.4). A query goes to all neighbors, and from them to
 * theirs, until its hops are used up; whoever has the file answers the one who asked. A node passes
 * a query on only once, or each circle of the network would multiply it; but a copy with more hops
 * left than those before reaches further, and goes on as well.
 */
public class Flooding extends AbstractBehavior<Flooding.Msg> {
  /** How far a query goes. */
  public static final int TTL = 2;

  /** Who is whose neighbor: a triangle with a tail. N5 is three hops from N1. */
  public static final SortedMap<String, List<String>> NEIGHBORS =
      new TreeMap<>(
          Map.of(
              "N1", List.of("N2", "N3"),
              "N2", List.of("N1", "N3"),
              "N3", List.of("N1", "N2", "N4"),
              "N4", List.of("N3", "N5"),
              "N5", List.of("N4")));

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside: the node has this file. */
  public record Share(String file) implements Msg {}

  /** From outside: search for it. */
  public record Find(String file) implements Msg {}

  public record Query(String from, String origin, String file, int hopsLeft) implements Msg {}

  /** From whoever has the file, straight to the one who asked. */
  public record Hit(String file, String holder) implements Msg {}

  public record Searched(String file) implements Event {}

  /** A node takes part in the search. */
  public record Asked(String file, int hopsLeft) implements Event {}

  public record Found(String file, String holder) implements Event {}

  private final Host<Msg> host;
  private final TreeSet<String> files = new TreeSet<>();
  private final SortedMap<String, Integer> mostHopsLeft = new TreeMap<>();

  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.setup(ctx -> new Flooding(ctx, host));
  }

  protected Flooding(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Share.class, this::onShare)
        .onMessage(Find.class, this::onFind)
        .onMessage(Query.class, this::onQuery)
        .onMessage(Hit.class, this::onHit)
        .build();
  }

  private Behavior<Msg> onShare(Share share) {
    files.add(share.file());
    return this;
  }

  private Behavior<Msg> onFind(Find find) {
    host.report(new Searched(find.file()));
    mostHopsLeft.put(find.file(), TTL);
    return passOn(new Query(host.id(), host.id(), find.file(), TTL));
  }

  private Behavior<Msg> onQuery(Query query) {
    int before = mostHopsLeft.getOrDefault(query.file(), -1);
    if (!isWorthwhile(query.hopsLeft(), before)) {
      return this;
    }
    mostHopsLeft.put(query.file(), query.hopsLeft());
    host.report(new Asked(query.file(), query.hopsLeft()));
    if (files.contains(query.file())) {
      host.tell(query.origin(), new Hit(query.file(), host.id()));
    }
    return query.hopsLeft() > 0 ? passOn(query) : this;
  }

  /**
   * @param before the most hops left of the copies so far; -1 if this is the first
   */
  protected boolean isWorthwhile(int hopsLeft, int before) {
    return hopsLeft > before;
  }

  private Behavior<Msg> passOn(Query query) {
    int left = after(query.hopsLeft());
    for (String neighbor : NEIGHBORS.get(host.id())) {
      if (!neighbor.equals(query.from())) {
        host.tell(neighbor, new Query(host.id(), query.origin(), query.file(), left));
      }
    }
    return this;
  }

  protected int after(int hopsLeft) {
    return hopsLeft - 1;
  }

  private Behavior<Msg> onHit(Hit hit) {
    host.report(new Found(hit.file(), hit.holder()));
    return this;
  }

  @Override
  public String toString() {
    return "has " + files + ", asked for " + mostHopsLeft.keySet();
  }
}
