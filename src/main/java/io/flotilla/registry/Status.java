package io.flotilla.registry;

import java.util.Locale;
import java.util.Optional;

/** How a check stands; the better first. */
public enum Status {
  PASSING,
  WARNING,
  CRITICAL;

  /** As Consul writes it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Status> of(String text) {
    for (Status status : values()) {
      if (status.text().equals(text)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
