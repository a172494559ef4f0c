package io.flotilla.lab.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether a concurrent history is equivalent to a sequential one in which every operation takes
 * effect at one moment between its call and its answer (Herlihy and Wing, 1990). The search is Wing
 * and Gong's with Lowe's memory of what was tried: an operation may be next if no other ended
 * before it began; a set of completed operations that leaves the same state is not tried twice.
 */
public final class Linearizability {
  private Linearizability() {}

  /** What an operation does to the shared object. */
  public interface Model<S, O> {
    S initial();

    /**
     * The state after the operation, or empty if this state rules out its answer.
     *
     * @param answered whether its answer is known; if not, any would do
     */
    Optional<S> apply(S state, O operation, boolean answered);
  }

  /** Whether the history is linearizable. */
  public static <S, O> boolean holds(Model<S, O> model, List<Invocation<O>> history) {
    List<Invocation<O>> ops = new ArrayList<>(history);
    ops.sort(Comparator.comparingLong(Invocation::called));
    return search(model, ops, new BitSet(ops.size()), model.initial(), new HashSet<>());
  }

  private record Tried(BitSet done, Object state) {}

  private static <S, O> boolean search(
      Model<S, O> model, List<Invocation<O>> ops, BitSet done, S state, Set<Tried> tried) {
    long firstAnswer = Invocation.NEVER;
    boolean allAnswered = true;
    for (int i = 0; i < ops.size(); i++) {
      if (!done.get(i) && !ops.get(i).isPending()) {
        firstAnswer = Math.min(firstAnswer, ops.get(i).answered());
        allAnswered = false;
      }
    }
    if (allAnswered) {
      return true;
    }
    for (int i = 0; i < ops.size(); i++) {
      Invocation<O> op = ops.get(i);
      if (done.get(i) || op.called() > firstAnswer) {
        continue;
      }
      Optional<S> next = model.apply(state, op.what(), !op.isPending());
      if (next.isPresent()) {
        BitSet with = (BitSet) done.clone();
        with.set(i);
        if (tried.add(new Tried(with, next.get())) && search(model, ops, with, next.get(), tried)) {
          return true;
        }
      }
    }
    return false;
  }

  /** An operation on one register; a read's value is its answer, null for "nothing". */
  public record RegisterOp(boolean write, String value) {
    public static RegisterOp write(String value) {
      return new RegisterOp(true, value);
    }

    public static RegisterOp read(String value) {
      return new RegisterOp(false, value);
    }
  }

  /** A register that is initially empty. */
  public static final Model<Optional<String>, RegisterOp> REGISTER =
      new Model<>() {
        @Override
        public Optional<String> initial() {
          return Optional.empty();
        }

        @Override
        public Optional<Optional<String>> apply(
            Optional<String> state, RegisterOp op, boolean answered) {
          Optional<String> value = Optional.ofNullable(op.value());
          if (op.write()) {
            return Optional.of(value);
          }
          return !answered || state.equals(value) ? Optional.of(state) : Optional.empty();
        }
      };

  /** An operation on one key of a key-value store. */
  public record KeyedOp(String key, RegisterOp op) {}

  /**
   * Whether a key-value history is linearizable. Linearizability is local (Herlihy and Wing,
   * Theorem 1): the whole is linearizable if and only if each key is, so each is judged alone.
   *
   * @return the keys whose histories are not, in order; empty if all are
   */
  public static List<String> brokenKeys(List<Invocation<KeyedOp>> history) {
    SortedMap<String, List<Invocation<RegisterOp>>> byKey =
        history.stream()
            .collect(
                Collectors.groupingBy(
                    o -> o.what().key(),
                    TreeMap::new,
                    Collectors.mapping(
                        o -> new Invocation<>(o.what().op(), o.called(), o.answered()),
                        Collectors.toList())));
    return byKey.entrySet().stream()
        .filter(e -> !holds(REGISTER, e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
