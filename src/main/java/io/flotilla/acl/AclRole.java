package io.flotilla.acl;

import java.util.List;

/**
 * What several tokens have in common.
 *
 * @param policies ids; one that is gone gives nothing
 */
public record AclRole(
    String id,
    String name,
    String description,
    List<String> policies,
    List<AclIdentity> services,
    List<AclIdentity> nodes,
    long createIndex,
    long modifyIndex) {

  AclRole at(long index, AclRole old) {
    return new AclRole(
        id,
        name,
        description,
        policies,
        services,
        nodes,
        old == null ? index : old.createIndex,
        index);
  }

  /** With these policies instead, found by whatever they were named with. */
  AclRole of(List<String> found) {
    return new AclRole(id, name, description, found, services, nodes, createIndex, modifyIndex);
  }

  long bytes() {
    return 256
        + id.length()
        + name.length()
        + 2L * description.length()
        + 64L * policies.size()
        + services.stream().mapToLong(AclIdentity::bytes).sum()
        + nodes.stream().mapToLong(AclIdentity::bytes).sum();
  }
}
