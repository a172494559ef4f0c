package io.flotilla.registry;

import java.util.List;

/**
 * A check as it is found.
 *
 * @param node where it is shown, which may be another than {@link Check#node}
 * @param serviceName of the service that it checks; empty if it is of a node, as {@code
 *     serviceTags}
 */
public record CheckEntry(String node, Check check, String serviceName, List<String> serviceTags) {

  public String id() {
    return check.id();
  }

  /** Roughly what it occupies. */
  long bytes() {
    return check.bytes();
  }
}
