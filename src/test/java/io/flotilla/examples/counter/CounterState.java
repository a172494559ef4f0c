package io.flotilla.examples.counter;

import io.flotilla.entity.ModelState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * The state: all counters of a namespace. It is immutable, so anybody may read it while the actor
 * goes on; a change makes another state of it.
 *
 * @param index of the last change; 1 before the first
 * @param bytes roughly what the counters occupy
 */
public record CounterState(long index, TreePMap<String, Count> counts, long bytes)
    implements ModelState<CounterState, Added> {

  /**
   * A counter as it stands, and the result of both operations.
   *
   * @param index of the change that made it so
   */
  public record Count(long index, long value) implements Result {}

  /** What a checkpoint has of them: it fits into one message. */
  record Counts(Map<String, Count> counts) {}

  static CounterState empty() {
    return new CounterState(1, TreePMap.empty(), 0);
  }

  /** A counter that nothing was added to stands at 0. */
  Count count(String name) {
    return counts.getOrDefault(name, new Count(index, 0));
  }

  CounterState with(String name, Count count) {
    long grown = counts.containsKey(name) ? 0 : 64 + name.length();
    return new CounterState(
        Math.max(index, count.index()), counts.plus(name, count), bytes + grown);
  }

  @Override
  public Stream<Counts> parts() {
    return Stream.of(new Counts(counts));
  }

  @Override
  public CounterState with(List<?> parts) {
    CounterState all = this;
    for (Map.Entry<String, Count> each : ((Counts) parts.get(0)).counts().entrySet()) {
      all = all.with(each.getKey(), each.getValue());
    }
    return all;
  }

  @Override
  public CounterState apply(Added change, Moment at) {
    long sum = count(change.name()).value() + change.by();
    return with(change.name(), new Count(change.index(), sum));
  }
}
