package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * A question for healthy instances that is kept under a name.
 *
 * @param dnsTtl kept for whoever reads it
 */
public record PreparedQuery(String id, String name, Wanted service, String dnsTtl, Stamp stamp) {

  /**
   * Which instances.
   *
   * @param onlyPassing those with a warning are left out, too
   * @param ignoreCheckIds checks that don't count
   * @param near kept for whoever reads it, as are {@code nearestN} and {@code datacenters}
   * @param tags one that begins with {@code !} must not be there
   */
  public record Wanted(
      String service,
      boolean onlyPassing,
      List<String> ignoreCheckIds,
      String near,
      List<String> tags,
      Map<String, String> nodeMeta,
      Map<String, String> serviceMeta,
      int nearestN,
      List<String> datacenters) {

    /** Whether an instance is one of them, apart from what its node is. */
    public boolean includes(ServiceEntry entry) {
      ServiceRegistration found = entry.service().registration();
      return entry.checks().stream().allMatch(this::accepts)
          && tags.stream().allMatch(tag -> accepts(tag, found.tags()))
          && found.meta().entrySet().containsAll(serviceMeta.entrySet());
    }

    private boolean accepts(CheckEntry check) {
      Status status = check.check().status();
      return ignoreCheckIds.contains(check.id())
          || status == Status.PASSING
          || status == Status.WARNING && !onlyPassing;
    }

    private static boolean accepts(String tag, List<String> tags) {
      return tag.startsWith("!")
          ? tags.stream().noneMatch(tag.substring(1)::equalsIgnoreCase)
          : tags.stream().anyMatch(tag::equalsIgnoreCase);
    }

    long bytes() {
      return 256
          + service.length()
          + near.length()
          + bytes(ignoreCheckIds)
          + bytes(tags)
          + bytes(datacenters)
          + ServiceRegistration.bytes(nodeMeta)
          + ServiceRegistration.bytes(serviceMeta);
    }

    private static long bytes(List<String> texts) {
      return texts.stream().mapToLong(t -> 48 + t.length()).sum();
    }
  }

  /**
   * The query as the change with this index leaves it.
   *
   * @param old what it replaces, or null
   */
  PreparedQuery appliedAt(long index, PreparedQuery old) {
    return new PreparedQuery(
        id, name, service, dnsTtl, (old == null ? stamp : old.stamp).appliedAt(index));
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 160 + name.length() + service.bytes();
  }
}
