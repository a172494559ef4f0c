package io.flotilla.acl;

import java.util.List;

/**
 * Rules with a name.
 *
 * @param rules as they were given, see {@link Rules#parse}
 * @param datacenters where it counts; none: everywhere
 */
public record AclPolicy(
    String id,
    String name,
    String description,
    String rules,
    List<String> datacenters,
    long createIndex,
    long modifyIndex) {

  public static final String MANAGEMENT_ID = "00000000-0000-0000-0000-000000000001";

  /** Everything. */
  public static final AclPolicy MANAGEMENT =
      new AclPolicy(
          MANAGEMENT_ID,
          "global-management",
          "Builtin Policy that grants unlimited access",
          """
          acl = "write"
          operator = "write"
          keyring = "write"
          key_prefix "" { policy = "write" }
          service_prefix "" { policy = "write" intentions = "write" }
          node_prefix "" { policy = "write" }
          session_prefix "" { policy = "write" }
          event_prefix "" { policy = "write" }
          agent_prefix "" { policy = "write" }
          query_prefix "" { policy = "write" }
          namespace_prefix "" { policy = "write" }
          """,
          List.of(),
          1,
          1);

  boolean countsIn(String datacenter) {
    return datacenters.isEmpty() || datacenters.contains(datacenter);
  }

  AclPolicy at(long index, AclPolicy old) {
    return new AclPolicy(
        id, name, description, rules, datacenters, old == null ? index : old.createIndex, index);
  }

  long bytes() {
    return 256
        + id.length()
        + name.length()
        + 2L * (description.length() + rules.length())
        + 32L * datacenters.size();
  }
}
