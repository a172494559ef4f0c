package io.flotilla.lab.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether a concurrent history is equivalent to a sequential one in which every operation takes
 * effect at one moment between its call and its answer (Herlihy and Wing, 1990). {@link JustInTime}
 * searches.
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

    /** Whether the operation leaves every state as it is. Those are cheaper to place. */
    default boolean onlyLooks(O operation, boolean answered) {
      return false;
    }
  }

  /** Whether the history is linearizable. */
  public static <S, O> boolean holds(Model<S, O> model, List<Invocation<O>> history) {
    return new JustInTime<>(model, history).firstUnexplained().isEmpty();
  }

  /** An operation on one register; a value of null is "nothing". */
  public sealed interface RegisterOp {
    record Write(String value) implements RegisterOp {}

    /**
     * @param value what was answered
     */
    record Read(String value) implements RegisterOp {}

    /**
     * @param done what was answered: whether the register had the expected value, and so was set
     */
    record CompareAndSet(String expected, String value, boolean done) implements RegisterOp {}

    static RegisterOp write(String value) {
      return new Write(value);
    }

    static RegisterOp read(String value) {
      return new Read(value);
    }

    static RegisterOp compareAndSet(String expected, String value, boolean done) {
      return new CompareAndSet(expected, value, done);
    }
  }

  /** A register that is initially empty. */
  public static final Model<Optional<String>, RegisterOp> REGISTER = new Register();

  private static final class Register implements Model<Optional<String>, RegisterOp> {
    @Override
    public Optional<String> initial() {
      return Optional.empty();
    }

    @Override
    public Optional<Optional<String>> apply(
        Optional<String> state, RegisterOp op, boolean answered) {
      if (op instanceof RegisterOp.Write write) {
        return Optional.of(Optional.ofNullable(write.value()));
      }
      if (op instanceof RegisterOp.CompareAndSet cas) {
        boolean does = state.equals(Optional.ofNullable(cas.expected()));
        return answered && does != cas.done()
            ? Optional.empty()
            : Optional.of(does ? Optional.ofNullable(cas.value()) : state);
      }
      boolean sees = state.equals(Optional.ofNullable(((RegisterOp.Read) op).value()));
      return !answered || sees ? Optional.of(state) : Optional.empty();
    }

    @Override
    public boolean onlyLooks(RegisterOp op, boolean answered) {
      return op instanceof RegisterOp.Read
          || answered && op instanceof RegisterOp.CompareAndSet cas && !cas.done();
    }
  }

  /** An operation on one key of a key-value store. */
  public record KeyedOp(String key, RegisterOp op) {}

  /**
   * What is not linearizable in a key-value history. Linearizability is local (Herlihy and Wing,
   * Theorem 1): the whole is linearizable if and only if each key is, so each is judged alone.
   *
   * @return for each key whose history is not linearizable the first operation that nothing
   *     explains; empty if all are
   */
  public static SortedMap<String, Invocation<RegisterOp>> unexplained(
      List<Invocation<KeyedOp>> history) {
    SortedMap<String, List<Invocation<RegisterOp>>> byKey = new TreeMap<>();
    for (Invocation<KeyedOp> op : history) {
      byKey
          .computeIfAbsent(op.what().key(), key -> new ArrayList<>())
          .add(new Invocation<>(op.what().op(), op.called(), op.answered()));
    }
    SortedMap<String, Invocation<RegisterOp>> found = new TreeMap<>();
    byKey.forEach(
        (key, ops) ->
            new JustInTime<>(REGISTER, withUnseenValuesAlike(ops))
                .firstUnexplained()
                .ifPresent(op -> found.put(key, ops.get(op))));
    return found;
  }

  /**
   * Values that nobody has seen can't be told from each other, so they may as well be the same.
   * Then the writes without an answer, most of which did nothing, are equal, and cost little.
   */
  private static List<Invocation<RegisterOp>> withUnseenValuesAlike(
      List<Invocation<RegisterOp>> ops) {
    Set<String> seen = new HashSet<>();
    for (Invocation<RegisterOp> op : ops) {
      if (op.what() instanceof RegisterOp.Read read && !op.isPending()) {
        seen.add(read.value());
      } else if (op.what() instanceof RegisterOp.CompareAndSet cas) {
        seen.add(cas.expected());
      }
    }
    String unseen = null;
    while (seen.contains(unseen)) {
      unseen = unseen == null ? "unseen" : unseen + "!";
    }
    List<Invocation<RegisterOp>> alike = new ArrayList<>(ops.size());
    for (Invocation<RegisterOp> op : ops) {
      alike.add(new Invocation<>(withUnseen(op.what(), seen, unseen), op.called(), op.answered()));
    }
    return alike;
  }

  private static RegisterOp withUnseen(RegisterOp op, Set<String> seen, String unseen) {
    if (op instanceof RegisterOp.Write write && !seen.contains(write.value())) {
      return new RegisterOp.Write(unseen);
    }
    if (op instanceof RegisterOp.CompareAndSet cas && !seen.contains(cas.value())) {
      return new RegisterOp.CompareAndSet(cas.expected(), unseen, cas.done());
    }
    return op;
  }
}
