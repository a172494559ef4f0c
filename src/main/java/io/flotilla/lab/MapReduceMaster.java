package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.MapReduce.Asked;
import io.flotilla.lab.MapReduce.Count;
import io.flotilla.lab.MapReduce.Counted;
import io.flotilla.lab.MapReduce.MapSplit;
import io.flotilla.lab.MapReduce.Msg;
import io.flotilla.lab.MapReduce.NotDone;
import io.flotilla.lab.MapReduce.Reduced;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Splits the lines, has them mapped until every reducer has answered, and joins the results. */
class MapReduceMaster extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private List<List<String>> splits = List.of();
  private final SortedMap<String, SortedMap<String, Integer>> results = new TreeMap<>();

  MapReduceMaster(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Count.class, this::onCount)
        .onMessage(NotDone.class, m -> map())
        .onMessage(Reduced.class, this::onReduced)
        .build();
  }

  private Behavior<Msg> onCount(Count job) {
    host.report(new Asked(job.lines()));
    splits = split(job.lines(), host.others().size());
    return map();
  }

  /** As even as possible: the first splits take one line more each until none is left over. */
  protected List<List<String>> split(List<String> lines, int n) {
    List<List<String>> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < n; i++) {
      int to = from + lines.size() / n + (i < lines.size() % n ? 1 : 0);
      parts.add(List.copyOf(lines.subList(from, to)));
      from = to;
    }
    return parts;
  }

  /** Also again: a reducer that has crashed needs every split once more. */
  private Behavior<Msg> map() {
    List<String> workers = host.others();
    for (int i = 0; i < splits.size(); i++) {
      host.tell(workers.get(i), new MapSplit(i, splits.size(), splits.get(i)));
    }
    timers.startSingleTimer(new NotDone(), MapReduce.RETRY);
    return this;
  }

  private Behavior<Msg> onReduced(Reduced part) {
    boolean isNew = results.put(part.reducer(), part.counts()) == null;
    if (isNew && results.size() == host.others().size()) {
      timers.cancelAll();
      SortedMap<String, Integer> all = new TreeMap<>();
      results.values().forEach(all::putAll);
      host.report(new Counted(all));
    }
    return this;
  }

  @Override
  public String toString() {
    return "reduced by " + results.keySet();
  }
}
