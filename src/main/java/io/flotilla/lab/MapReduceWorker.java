package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.MapReduce.MapSplit;
import io.flotilla.lab.MapReduce.Msg;
import io.flotilla.lab.MapReduce.Reduced;
import io.flotilla.lab.MapReduce.Shuffle;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Maps its split, and reduces the words that are its own. */
class MapReduceWorker extends AbstractBehavior<Msg> {
  protected final Host<Msg> host;

  /** What each mapper has sent; its key makes a repetition harmless. */
  private final SortedMap<String, SortedMap<String, Integer>> shuffled = new TreeMap<>();

  MapReduceWorker(ActorContext<Msg> ctx, Host<Msg> host) {
    super(ctx);
    this.host = host;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(MapSplit.class, this::onMap)
        .onMessage(Shuffle.class, this::onShuffle)
        .build();
  }

  /** Every reducer hears of every split, if only that it has no word of its own there. */
  private Behavior<Msg> onMap(MapSplit task) {
    List<String> workers = workers();
    SortedMap<String, SortedMap<String, Integer>> byReducer = new TreeMap<>();
    workers.forEach(w -> byReducer.put(w, new TreeMap<>()));
    for (String line : task.lines()) {
      for (String word : line.split(" ")) {
        byReducer.get(reducerOf(word, workers)).merge(word, 1, Integer::sum);
      }
    }
    byReducer.forEach((w, n) -> host.tell(w, new Shuffle(task.split(), task.splits(), n)));
    return this;
  }

  private List<String> workers() {
    return host.all().stream().filter(n -> !n.equals("master")).toList();
  }

  /** The same on every node. */
  protected String reducerOf(String word, List<String> workers) {
    return workers.get(Math.floorMod(word.hashCode(), workers.size()));
  }

  private Behavior<Msg> onShuffle(Shuffle part) {
    shuffled.put(keyOf(part), part.counts());
    if (shuffled.size() >= part.splits()) {
      SortedMap<String, Integer> sums = new TreeMap<>();
      shuffled.values().forEach(m -> m.forEach((word, n) -> sums.merge(word, n, Integer::sum)));
      host.tell("master", new Reduced(host.id(), sums));
    }
    return this;
  }

  protected String keyOf(Shuffle part) {
    return "split " + part.split();
  }

  @Override
  public String toString() {
    return "has " + shuffled;
  }
}
