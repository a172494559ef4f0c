package io.flotilla.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A minimal model: lines are added to a list, where duplicates show. */
final class Lines {
  private Lines() {}

  record Added(long index, String line) implements Fact {
    @Override
    public long bytes() {
      return line.length();
    }
  }

  record State(List<String> lines) implements ModelState<State, Added> {
    static final State EMPTY = new State(List.of());

    @Override
    public long index() {
      return lines.size() + 1;
    }

    @Override
    public State apply(Added added, Moment at) {
      return new State(plus(lines, added.line()));
    }

    @Override
    public Stream<State> parts() {
      return Stream.of(this);
    }

    @Override
    public State with(List<?> parts) {
      return (State) parts.get(0);
    }

    @Override
    public long bytes() {
      return lines.size();
    }

    @Override
    public long occupied() {
      return bytes();
    }
  }

  static List<String> plus(List<String> lines, String line) {
    List<String> more = new ArrayList<>(lines);
    more.add(line);
    return List.copyOf(more);
  }

  static final class LinesDraft extends Draft<State, Added> {
    LinesDraft(EntityState<State, Added> state) {
      super(state, Moment.NEVER);
    }

    Result.Done add(String line) {
      change(new Added(nextIndex(), line));
      return new Result.Done(true, state().index());
    }
  }

  sealed interface Write extends Operation.Write<LinesDraft, Result.Done> {
    String line();
  }

  record Add(String line) implements Write {
    @Override
    public Result.Done decide(LinesDraft draft) {
      return draft.add(line);
    }
  }

  /** A write refused now would succeed after any other line, so two attempts may differ. */
  record AddIfEven(String line) implements Write {
    @Override
    public Result.Done decide(LinesDraft draft) {
      return draft.state().lines().size() % 2 == 0
          ? draft.add(line)
          : new Result.Done(false, draft.state().index());
    }
  }

  record All(List<String> lines) implements Result {}

  record Read() implements Operation.Read<State, All> {
    @Override
    public All on(State state) {
      return new All(state.lines());
    }

    @Override
    public Interest interest() {
      return Interest.EVERYTHING;
    }

    @Override
    public long index(State state) {
      return state.index();
    }

    @Override
    public boolean matchesNothing(State state) {
      return false;
    }
  }
}
