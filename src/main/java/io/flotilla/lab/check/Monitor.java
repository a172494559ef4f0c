package io.flotilla.lab.check;

import io.flotilla.lab.check.Property.When;
import io.flotilla.lab.sim.Fingerprint;
import io.flotilla.lab.sim.SimEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Watches one run with every property, and remembers the first break. */
final class Monitor implements Consumer<SimEvent> {
  private final List<Watch<?>> watches = new ArrayList<>();
  private Violation violation;

  Monitor(List<Property<?>> properties) {
    properties.forEach(p -> watches.add(new Watch<>(p)));
  }

  @Override
  public void accept(SimEvent event) {
    if (event.kind() == SimEvent.Kind.STATE) {
      return;
    }
    if (event.kind() == SimEvent.Kind.FAIL && violation == null) {
      violation =
          new Violation("no node throws", event.node() + " threw " + event.text(), event.step());
    }
    for (Watch<?> watch : watches) {
      watch.accept(event);
      if (watch.property.when() == When.SOMETIMES) {
        watch.seen |= watch.finding().isPresent();
      }
      if (watch.property.when() == When.ALWAYS) {
        note(watch, event.step());
      }
    }
  }

  /** The run has ended by itself. */
  void ended(int step) {
    for (Watch<?> watch : watches) {
      if (watch.property.when() == When.AT_END) {
        note(watch, step);
      }
    }
  }

  private void note(Watch<?> watch, int step) {
    if (violation == null) {
      watch
          .finding()
          .ifPresent(text -> violation = new Violation(watch.property.name(), text, step));
    }
  }

  Optional<Violation> violation() {
    return Optional.ofNullable(violation);
  }

  boolean broken() {
    return violation != null;
  }

  /** The names of the "sometimes" properties that this run has shown. */
  List<String> seen() {
    return watches.stream().filter(w -> w.seen).map(w -> w.property.name()).toList();
  }

  /**
   * Two runs that left the nodes alike may still have been judged differently, so the folds' states
   * are part of the fingerprint.
   */
  void fingerprint(Fingerprint into) {
    for (Watch<?> watch : watches) {
      into.add(String.valueOf(watch.state));
    }
  }

  private static final class Watch<S> {
    private final Property<S> property;
    private S state;
    private boolean seen;

    private Watch(Property<S> property) {
      this.property = property;
      this.state = property.zero();
    }

    private void accept(SimEvent event) {
      state = property.fold().apply(state, event);
    }

    private Optional<String> finding() {
      return property.finding().apply(state);
    }
  }
}
