package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * An instance of a service as it is found: on its node, with all checks that count for it.
 *
 * @param node where it is shown, which may be another than {@link Service#node}
 */
public record ServiceEntry(Node node, Service service, List<CheckEntry> checks) {

  /** The worst of its checks. */
  public Status status() {
    return checks.stream()
        .map(c -> c.check().status())
        .max(Status::compareTo)
        .orElse(Status.PASSING);
  }

  boolean matches(List<String> tags, Map<String, String> nodeMeta) {
    return tags.stream().allMatch(this::hasTag) && node.hasMeta(nodeMeta);
  }

  private boolean hasTag(String tag) {
    return service.registration().tags().stream().anyMatch(tag::equalsIgnoreCase);
  }

  /** Roughly what it occupies. */
  long bytes() {
    return node.bytes() + service.bytes() + checks.stream().mapToLong(CheckEntry::bytes).sum();
  }
}
