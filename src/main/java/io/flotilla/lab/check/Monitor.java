package io.flotilla.lab.check;

import io.flotilla.lab.check.Property.When;
import io.flotilla.lab.sim.Fingerprint;
import io.flotilla.lab.sim.SimEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Watches one run with every property, and remembers the first break of each. Properties that judge
 * the same fold share it, and a state is judged once, not again after every event that leaves it as
 * it is.
 */
final class Monitor implements Consumer<SimEvent> {
  private final List<Fold<?>> folds = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();

  Monitor(List<Property<?>> properties) {
    properties.forEach(this::watch);
  }

  private <S> void watch(Property<S> property) {
    for (Fold<?> fold : folds) {
      if (fold.next == property.fold() && fold.state == property.zero()) {
        fold.watch(property);
        return;
      }
    }
    Fold<S> fold = new Fold<>(property.zero(), property.fold());
    fold.watch(property);
    folds.add(fold);
  }

  @Override
  public void accept(SimEvent event) {
    if (event.kind() == SimEvent.Kind.STATE) {
      return;
    }
    if (event.kind() == SimEvent.Kind.FAIL) {
      violations.add(
          new Violation("no node throws", event.node() + " threw " + event.text(), event.step()));
    }
    folds.forEach(fold -> fold.accept(event));
  }

  /** The run has ended by itself. */
  void ended(int step) {
    folds.forEach(fold -> fold.judge(When.AT_END, step));
  }

  /** The run has taken all the steps it may, or all timers have fired that may. */
  void goesOn(int steps) {
    violations.add(new Violation("a run comes to rest", "no end after " + steps + " steps", steps));
  }

  List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** Whether a property has broken, or the one of this name if a name is given. */
  boolean broken(Optional<String> name) {
    return !violations.isEmpty()
        && violations.stream().anyMatch(v -> name.isEmpty() || name.get().equals(v.property()));
  }

  /** The names of the "sometimes" properties that this run has shown. */
  List<String> seen() {
    return folds.stream().flatMap(f -> f.seen.stream()).toList();
  }

  /**
   * Two runs that left the nodes alike may still have been judged differently, so the folds' states
   * are part of the fingerprint.
   */
  void fingerprint(Fingerprint into) {
    for (Fold<?> fold : folds) {
      into.add(String.valueOf(fold.state));
    }
  }

  private final class Fold<S> {
    private final BiFunction<S, SimEvent, S> next;
    private final List<Property<S>> properties = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private S state;
    private boolean judged;

    private Fold(S zero, BiFunction<S, SimEvent, S> next) {
      this.state = zero;
      this.next = next;
    }

    @SuppressWarnings("unchecked") // the same fold has the same type of state
    private void watch(Property<?> property) {
      properties.add((Property<S>) property);
    }

    private void accept(SimEvent event) {
      S before = state;
      state = next.apply(state, event);
      if (!judged || state != before) {
        judged = true;
        judge(When.ALWAYS, event.step());
        judge(When.SOMETIMES, event.step());
      }
    }

    private void judge(When when, int step) {
      for (Property<S> property : properties) {
        if (property.when() == when && !isKnown(property.name())) {
          property.finding().apply(state).ifPresent(text -> note(property, text, step));
        }
      }
    }

    private boolean isKnown(String name) {
      return seen.contains(name) || violations.stream().anyMatch(v -> v.property().equals(name));
    }

    private void note(Property<S> property, String text, int step) {
      if (property.when() == When.SOMETIMES) {
        seen.add(property.name());
      } else {
        violations.add(new Violation(property.name(), text, step));
      }
    }
  }
}
