package io.flotilla.client;

import java.util.Locale;

/** Of a health check; a service has the worst of its checks. */
public enum Status {
  PASSING,
  WARNING,
  CRITICAL;

  /** As in JSON. What this client does not know is critical: it must not get traffic. */
  static Status of(String text) {
    for (Status status : values()) {
      if (status.text().equals(text)) {
        return status;
      }
    }
    return CRITICAL;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
