package io.flotilla.client;

import java.util.Locale;

/** The status of a health check, best first; a service has the worst of its checks. */
public enum Status {
  /** All is well. */
  PASSING,

  /** It works, but not as it should; lookups that want only passing instances leave it out. */
  WARNING,

  /** It does not work, or nothing was heard of it in time. It gets no traffic. */
  CRITICAL;

  /** Reads the form in JSON. An unknown status is critical: it must not get traffic. */
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
