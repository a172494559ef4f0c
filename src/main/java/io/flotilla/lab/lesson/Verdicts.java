package io.flotilla.lab.lesson;

import java.util.Collection;
import java.util.Optional;

/** What is wrong with a state, in words; empty if nothing is. */
final class Verdicts {
  private Verdicts() {}

  static Optional<String> unlessEmpty(String wrong) {
    return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
  }

  static Optional<String> none(String what, Collection<?> remaining) {
    return remaining.isEmpty() ? Optional.empty() : Optional.of(what + ": " + remaining);
  }
}
