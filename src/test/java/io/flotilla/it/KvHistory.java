package io.flotilla.it;

import static io.flotilla.lab.check.Linearizability.RegisterOp.read;

import io.flotilla.lab.check.Invocation;
import io.flotilla.lab.check.Linearizability;
import io.flotilla.lab.check.Linearizability.KeyedOp;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What clients asked of keys and what they were told, with the times of both, to be judged
 * afterwards. Each value is written once at most, so that it says which write a read has seen. What
 * certainly had no effect is not in it: a read without an answer, a write that was refused.
 */
final class KvHistory {
  /** Through which node. */
  private record Note(int node, Invocation<KeyedOp> op) {
    boolean acknowledgesWrite() {
      RegisterOp what = op.what().op();
      return op.answered() != Invocation.NEVER
          && (what instanceof RegisterOp.Write
              || what instanceof RegisterOp.CompareAndSet cas && cas.done());
    }
  }

  private final LongSupplier nanoTime;
  private final Queue<Note> notes = new ConcurrentLinkedQueue<>();

  KvHistory(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Answered just now. */
  void answered(int node, String key, RegisterOp op, long called) {
    notes.add(new Note(node, new Invocation<>(new KeyedOp(key, op), called, now())));
  }

  /** It may take effect at any time, once, or never. */
  void unknown(int node, String key, RegisterOp op, long called) {
    notes.add(new Note(node, new Invocation<>(new KeyedOp(key, op), called, Invocation.NEVER)));
  }

  /** What a list of all keys showed: an answer for each key that was ever written. */
  void listed(int node, Map<String, String> values, long called) {
    List<String> keys = notes.stream().map(n -> n.op().what().key()).distinct().toList();
    Stream.concat(keys.stream(), values.keySet().stream())
        .distinct()
        .forEach(key -> answered(node, key, read(values.get(key)), called));
  }

  /** For each key that no linearizable store could have answered so: an operation that shows it. */
  SortedMap<String, Invocation<RegisterOp>> unexplained() {
    return Linearizability.unexplained(notes.stream().map(Note::op).toList());
  }

  /** What was asked and told about a key around this operation, for a report. */
  String around(String key, Invocation<RegisterOp> op) {
    return notes.stream()
        .filter(n -> n.op().what().key().equals(key))
        .filter(n -> n.op().called() <= op.answered())
        .sorted((a, b) -> Long.compare(b.op().called(), a.op().called()))
        .limit(20)
        .map(KvHistory::line)
        .collect(Collectors.joining("\n", key + ", latest first:\n", "\n"));
  }

  private static String line(Note note) {
    Invocation<KeyedOp> op = note.op();
    String end =
        op.answered() == Invocation.NEVER ? "unknown" : Long.toString(op.answered() / 1_000_000);
    return "  %d to %s ms through n%d: %s"
        .formatted(op.called() / 1_000_000, end, note.node() + 1, op.what().op());
  }

  /** The longest time between two of these without a write acknowledged through such a node. */
  Duration longestGap(long from, long to, IntPredicate nodes) {
    List<Long> moments =
        notes.stream()
            .filter(n -> nodes.test(n.node()) && n.acknowledgesWrite())
            .map(n -> n.op().answered())
            .filter(t -> t > from && t < to)
            .sorted()
            .toList();
    long longest = 0;
    long last = from;
    for (long moment : Stream.concat(moments.stream(), Stream.of(to)).toList()) {
      longest = Math.max(longest, moment - last);
      last = moment;
    }
    return Duration.ofNanos(longest);
  }

  /** How many operations there are, by kind and outcome. */
  Map<String, Long> counts() {
    return notes.stream()
        .collect(Collectors.groupingBy(KvHistory::kind, TreeMap::new, Collectors.counting()));
  }

  private static String kind(Note note) {
    String kind = note.op().what().op().getClass().getSimpleName();
    if (note.op().answered() == Invocation.NEVER) {
      return kind + " unknown";
    }
    return note.op().what().op() instanceof RegisterOp.CompareAndSet && !note.acknowledgesWrite()
        ? kind + " refused"
        : kind;
  }
}
