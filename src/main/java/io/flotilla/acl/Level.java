package io.flotilla.acl;

import java.util.Locale;
import java.util.Optional;

/** What a rule gives. Each but the first includes those before it. */
public enum Level {
  DENY,
  READ,

  /** Of keys only: whole lists of them, where listing is restricted. */
  LIST,
  WRITE;

  /** By the word that rules use. */
  static Optional<Level> of(String word) {
    for (Level level : values()) {
      if (level.word().equals(word)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean includes(Level wanted) {
    return compareTo(wanted) >= 0;
  }

  /** Of two rules for the same thing, which holds: what denies, or else what gives more. */
  Level and(Level other) {
    if (this == DENY || other == DENY) {
      return DENY;
    }
    return compareTo(other) >= 0 ? this : other;
  }
}
