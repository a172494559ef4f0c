package io.flotilla.acl;

import java.util.Optional;

/**
 * What somebody may do: the rules of a token, and what holds where they say nothing.
 *
 * @param accessor of the token, which may be shown
 * @param otherwise what the cluster gives everybody; never control of the tokens themselves
 */
public record Grant(String accessor, Rules rules, Level otherwise) {
  private static final String DEFAULT_NAMESPACE = "default";

  public boolean allows(Resource resource, String name, Level wanted) {
    return includes(rules.of(resource, name), otherwise, wanted);
  }

  /** Of what has no names. */
  public boolean allows(Resource resource, Level wanted) {
    Level unsaid = resource == Resource.ACL ? Level.DENY : otherwise;
    return includes(rules.of(resource), unsaid, wanted);
  }

  /** Of all with this prefix, those that are there and any other. */
  public boolean allowsAll(Resource resource, String prefix, Level wanted) {
    return includes(rules.ofAllUnder(resource, prefix, wanted), otherwise, wanted);
  }

  /** Policies that name no namespace are Consul's: they are about the only one that it has. */
  public boolean allowsIn(String namespace, Level wanted) {
    Level unsaid = namespace.equals(DEFAULT_NAMESPACE) ? Level.WRITE : otherwise;
    return includes(rules.of(Resource.NAMESPACE, namespace), unsaid, wanted);
  }

  private static boolean includes(Optional<Level> given, Level unsaid, Level wanted) {
    return given.orElse(unsaid).includes(wanted);
  }
}
