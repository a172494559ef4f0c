package io.flotilla.acl;

import java.util.List;

/**
 * What somebody shows to be let in. Its secret is known to its owner only: stored is what {@link
 * Secrets} makes of it.
 *
 * @param accessor names it; no secret
 * @param policies ids; one that is gone gives nothing
 * @param roles ids, likewise
 * @param local shown only: there is one datacenter
 * @param createdMillis by the clock of the node that was asked, since 1970: to be shown
 * @param expiresMillis likewise; 0: never
 * @param endsAt when it ends, in the entity's own time: this decides; 0: never
 */
public record AclToken(
    String accessor,
    String secretHash,
    String description,
    List<String> policies,
    List<String> roles,
    List<AclIdentity> services,
    List<AclIdentity> nodes,
    boolean local,
    long createdMillis,
    long expiresMillis,
    long endsAt,
    long createIndex,
    long modifyIndex) {

  public static final String ANONYMOUS_ID = "00000000-0000-0000-0000-000000000002";

  /** What stands for the secret of those who show none. */
  public static final String ANONYMOUS_SECRET = "anonymous";

  /** A node's own, as its owner is shown it: it is in the node's settings, and not stored. */
  public static final AclToken OF_NODE =
      new AclToken(
          "00000000-0000-0000-0000-000000000003",
          "",
          "Initial Management Token",
          List.of(AclPolicy.MANAGEMENT_ID),
          List.of(),
          List.of(),
          List.of(),
          false,
          0,
          0,
          0,
          0,
          0);

  static final AclToken ANONYMOUS =
      new AclToken(
          ANONYMOUS_ID,
          Secrets.hash(ANONYMOUS_SECRET),
          "Anonymous Token",
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          false,
          0,
          0,
          0,
          1,
          1);

  AclToken at(long index, AclToken old) {
    return new AclToken(
        accessor,
        secretHash,
        description,
        policies,
        roles,
        services,
        nodes,
        local,
        createdMillis,
        expiresMillis,
        endsAt,
        old == null ? index : old.createIndex,
        index);
  }

  AclToken of(List<String> foundPolicies, List<String> foundRoles) {
    return new AclToken(
        accessor,
        secretHash,
        description,
        foundPolicies,
        foundRoles,
        services,
        nodes,
        local,
        createdMillis,
        expiresMillis,
        endsAt,
        createIndex,
        modifyIndex);
  }

  AclToken ending(long at) {
    return new AclToken(
        accessor,
        secretHash,
        description,
        policies,
        roles,
        services,
        nodes,
        local,
        createdMillis,
        expiresMillis,
        at,
        createIndex,
        modifyIndex);
  }

  /** With all of another one that may be changed. */
  AclToken like(AclToken other) {
    return new AclToken(
        accessor,
        secretHash,
        other.description,
        other.policies,
        other.roles,
        other.services,
        other.nodes,
        local,
        createdMillis,
        expiresMillis,
        endsAt,
        createIndex,
        modifyIndex);
  }

  /** A new one with the same rights. */
  AclToken copy(String newAccessor, String newHash, String newDescription, long nowMillis) {
    return new AclToken(
        newAccessor,
        newHash,
        newDescription.isEmpty() ? description : newDescription,
        policies,
        roles,
        services,
        nodes,
        local,
        nowMillis,
        expiresMillis,
        endsAt,
        0,
        0);
  }

  long bytes() {
    return 512
        + 2L * description.length()
        + 64L * (policies.size() + roles.size())
        + services.stream().mapToLong(AclIdentity::bytes).sum()
        + nodes.stream().mapToLong(AclIdentity::bytes).sum();
  }
}
