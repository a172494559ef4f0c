package io.flotilla.acl;

import io.flotilla.entity.ModelState;
import io.flotilla.entity.Moment;
import java.util.List;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * The tokens, policies and roles of the cluster, immutable. What is built in is there from the
 * beginning.
 *
 * @param index of the last change; 1 before the first
 * @param tokens by accessor
 * @param accessors by the hash of the secret; this follows from the tokens
 * @param policies by id
 * @param roles by id
 * @param bootstrap index of the last bootstrap; 0: nobody was given the first token yet
 * @param bytes roughly what all of it occupies
 */
public record AclState(
    long index,
    TreePMap<String, AclToken> tokens,
    TreePMap<String, String> accessors,
    TreePMap<String, AclPolicy> policies,
    TreePMap<String, AclRole> roles,
    long bootstrap,
    long bytes)
    implements ModelState<AclState, AclChange> {

  static AclState empty() {
    return new AclState(
            1, TreePMap.empty(), TreePMap.empty(), TreePMap.empty(), TreePMap.empty(), 0, 0)
        .with(AclPolicy.MANAGEMENT)
        .with(AclToken.ANONYMOUS);
  }

  // ---- questions

  /** Null if there is none. */
  AclToken bySecret(String hash) {
    String accessor = accessors.get(hash);
    return accessor == null ? null : tokens.get(accessor);
  }

  AclPolicy policyNamed(String name) {
    return policies.values().stream().filter(p -> p.name().equals(name)).findAny().orElse(null);
  }

  AclRole roleNamed(String name) {
    return roles.values().stream().filter(r -> r.name().equals(name)).findAny().orElse(null);
  }

  // ---- changes

  @Override
  public AclChange restored(long at) {
    return new AclChange.Restored(at);
  }

  @Override
  public AclState apply(AclChange change, Moment at) {
    return changed(change).at(change.index(), bootstrap(change));
  }

  private AclState changed(AclChange change) {
    long now = change.index();
    if (change instanceof AclChange.TokenPut p) {
      return with(p.token().at(now, tokens.get(p.token().accessor())));
    } else if (change instanceof AclChange.TokenGone g) {
      return withoutToken(g.accessor());
    } else if (change instanceof AclChange.PolicyPut p) {
      return with(p.policy().at(now, policies.get(p.policy().id())));
    } else if (change instanceof AclChange.PolicyGone g) {
      return withoutPolicy(g.id());
    } else if (change instanceof AclChange.RolePut p) {
      return with(p.role().at(now, roles.get(p.role().id())));
    } else if (change instanceof AclChange.RoleGone g) {
      return withoutRole(g.id());
    }
    return this;
  }

  private long bootstrap(AclChange change) {
    return change instanceof AclChange.Bootstrapped b ? b.index() : bootstrap;
  }

  /** With other numbers. */
  AclState at(long newIndex, long newBootstrap) {
    return new AclState(newIndex, tokens, accessors, policies, roles, newBootstrap, bytes);
  }

  AclState with(AclToken token) {
    AclState rest = withoutToken(token.accessor());
    return new AclState(
        index,
        rest.tokens.plus(token.accessor(), token),
        rest.accessors.plus(token.secretHash(), token.accessor()),
        policies,
        roles,
        bootstrap,
        rest.bytes + token.bytes());
  }

  private AclState withoutToken(String accessor) {
    AclToken old = tokens.get(accessor);
    return old == null
        ? this
        : new AclState(
            index,
            tokens.minus(accessor),
            accessors.minus(old.secretHash()),
            policies,
            roles,
            bootstrap,
            bytes - old.bytes());
  }

  AclState with(AclPolicy policy) {
    AclState rest = withoutPolicy(policy.id());
    return new AclState(
        index,
        tokens,
        accessors,
        rest.policies.plus(policy.id(), policy),
        roles,
        bootstrap,
        rest.bytes + policy.bytes());
  }

  private AclState withoutPolicy(String id) {
    AclPolicy old = policies.get(id);
    return old == null
        ? this
        : new AclState(
            index, tokens, accessors, policies.minus(id), roles, bootstrap, bytes - old.bytes());
  }

  AclState with(AclRole role) {
    AclState rest = withoutRole(role.id());
    return new AclState(
        index,
        tokens,
        accessors,
        policies,
        rest.roles.plus(role.id(), role),
        bootstrap,
        rest.bytes + role.bytes());
  }

  private AclState withoutRole(String id) {
    AclRole old = roles.get(id);
    return old == null
        ? this
        : new AclState(
            index, tokens, accessors, policies, roles.minus(id), bootstrap, bytes - old.bytes());
  }

  // ---- checkpoints

  @Override
  public Stream<AclPart> parts() {
    return AclPart.of(this);
  }

  @Override
  public AclState with(List<?> parts) {
    AclState state = this;
    for (Object part : parts) {
      state = ((AclPart) part).addTo(state);
    }
    return state;
  }
}
