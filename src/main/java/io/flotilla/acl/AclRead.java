package io.flotilla.acl;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Questions about tokens, policies and roles. Null means any; whoever waits for one waits for all,
 * as they change seldom.
 *
 * @param <R> what it answers
 */
public sealed interface AclRead<R extends Result.Many<?>> extends Operation.Read<AclState, R> {
  @Override
  default Interest interest() {
    return Interest.EVERYTHING;
  }

  @Override
  default long index(AclState state) {
    return state.index();
  }

  @Override
  default boolean matchesNothing(AclState state) {
    return on(state).items().isEmpty();
  }

  /**
   * @param policy id of a policy that they link to
   * @param role id of a role that they link to
   */
  record Tokens(String accessor, String policy, String role) implements AclRead<AclResult.Tokens> {
    @Override
    public AclResult.Tokens on(AclState state) {
      List<AclToken> found =
          state.tokens().values().stream()
              .filter(t -> accessor == null || t.accessor().equals(accessor))
              .filter(t -> policy == null || t.policies().contains(policy))
              .filter(t -> role == null || t.roles().contains(role))
              .toList();
      return tokens(state, found);
    }
  }

  /** The token with this secret. */
  record Own(String secretHash) implements AclRead<AclResult.Tokens> {
    @Override
    public AclResult.Tokens on(AclState state) {
      return tokens(state, Stream.ofNullable(state.bySecret(secretHash)).toList());
    }
  }

  record Policies(String id, String name) implements AclRead<AclResult.Policies> {
    @Override
    public AclResult.Policies on(AclState state) {
      return new AclResult.Policies(
          index(state),
          state.policies().values().stream()
              .filter(p -> id == null || p.id().equals(id))
              .filter(p -> name == null || p.name().equals(name))
              .toList());
    }
  }

  /**
   * @param policy id of a policy that they link to
   */
  record Roles(String id, String name, String policy) implements AclRead<AclResult.Roles> {
    @Override
    public AclResult.Roles on(AclState state) {
      return roles(
          state,
          state.roles().values().stream()
              .filter(r -> id == null || r.id().equals(id))
              .filter(r -> name == null || r.name().equals(name))
              .filter(r -> policy == null || r.policies().contains(policy))
              .toList());
    }
  }

  /** An answer with the names that belong to it. */
  static AclResult.Tokens tokens(AclState state, List<AclToken> found) {
    Map<String, String> names = new TreeMap<>();
    for (AclToken token : found) {
      addPolicies(names, state, token.policies());
      for (String id : token.roles()) {
        if (state.roles().containsKey(id)) {
          names.put(id, state.roles().get(id).name());
        }
      }
    }
    return new AclResult.Tokens(state.index(), found, names);
  }

  static AclResult.Roles roles(AclState state, List<AclRole> found) {
    Map<String, String> names = new TreeMap<>();
    found.forEach(role -> addPolicies(names, state, role.policies()));
    return new AclResult.Roles(state.index(), found, names);
  }

  private static void addPolicies(Map<String, String> names, AclState state, List<String> ids) {
    for (String id : ids) {
      if (state.policies().containsKey(id)) {
        names.put(id, state.policies().get(id).name());
      }
    }
  }
}
