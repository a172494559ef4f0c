package io.flotilla.entity;

import io.flotilla.lab.check.Invocation;
import io.flotilla.lab.check.Linearizability;
import io.flotilla.lab.sim.SimEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The clients' requests and answers in one run, for comparison with the log. */
final class LinesHistory {
  /** {@code result} is null until known. */
  private record Seen(Object op, Result result, long called, long answered) {
    /** Whether the client may assume that nothing was done. */
    boolean deniesWrite() {
      return result instanceof Result.Done done && !done.ok()
          || result instanceof Result.Refused refused && !refused.code().equals("outcome-unknown");
    }

    boolean isKnown() {
      return result != null && !(result instanceof Result.Refused);
    }
  }

  private final Map<Integer, Seen> byId = new TreeMap<>();
  private long moment;

  void accept(SimEvent event) {
    moment++;
    if (event.payload() instanceof LinesGateway.Called call) {
      byId.put(call.id(), new Seen(call.op(), null, moment, Long.MAX_VALUE));
    } else if (event.payload() instanceof LinesGateway.Answered answer) {
      byId.computeIfPresent(
          answer.id(), (id, seen) -> new Seen(seen.op(), answer.result(), seen.called(), moment));
    }
  }

  /** The first inconsistency, if any. */
  Optional<String> finding(List<String> stored) {
    for (Seen seen : byId.values()) {
      if (seen.op() instanceof Lines.Write write) {
        long times = stored.stream().filter(write.line()::equals).count();
        String what = seen + ", but it is " + times + " times in " + stored;
        if (times > 1) {
          return Optional.of("done more than once: " + what);
        } else if (times > 0 && seen.deniesWrite()) {
          return Optional.of("done, though it was said that nothing was: " + what);
        } else if (times == 0 && seen.isKnown() && !seen.deniesWrite()) {
          return Optional.of("answered, and lost: " + what);
        }
      }
    }
    return Linearizability.holds(MODEL, operations(stored))
        ? Optional.empty()
        : Optional.of("in no order: " + byId + ", with " + stored + " at the end");
  }

  private List<Invocation<Seen>> operations(List<String> stored) {
    List<Invocation<Seen>> all = new ArrayList<>();
    for (Seen seen : byId.values()) {
      if (seen.isKnown()) {
        all.add(new Invocation<>(seen, seen.called(), seen.answered()));
      } else if (!seen.deniesWrite()) {
        all.add(new Invocation<>(seen, seen.called(), Invocation.NEVER));
      }
    }
    Seen end = new Seen(new Lines.Read(), new Lines.All(stored), moment + 1, moment + 2);
    all.add(new Invocation<>(end, end.called(), end.answered()));
    return all;
  }

  private static final Linearizability.Model<List<String>, Seen> MODEL =
      new Linearizability.Model<>() {
        @Override
        public List<String> initial() {
          return List.of();
        }

        @Override
        public Optional<List<String>> apply(List<String> lines, Seen seen, boolean answered) {
          if (seen.op() instanceof Lines.Write write) {
            boolean done = write instanceof Lines.Add || lines.size() % 2 == 0;
            List<String> after = done ? Lines.plus(lines, write.line()) : lines;
            return !answered || seen.result().equals(new Result.Done(done, after.size() + 1))
                ? Optional.of(after)
                : Optional.empty();
          }
          return !answered || seen.result().equals(new Lines.All(lines))
              ? Optional.of(lines)
              : Optional.empty();
        }
      };
}
