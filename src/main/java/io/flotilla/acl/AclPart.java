package io.flotilla.acl;

import io.flotilla.entity.Runs;
import java.util.List;
import java.util.stream.Stream;

/** A part of a checkpoint of the tokens, policies and roles; the numbers are the same in each. */
record AclPart(
    long index,
    long bootstrap,
    List<AclPolicy> policies,
    List<AclRole> roles,
    List<AclToken> tokens) {

  static Stream<AclPart> of(AclState s) {
    return Runs.inTurn(
        List.of(
            Runs.of(s.policies().values(), AclPolicy::bytes)
                .map(r -> new AclPart(s.index(), s.bootstrap(), r, List.of(), List.of())),
            Runs.of(s.roles().values(), AclRole::bytes)
                .map(r -> new AclPart(s.index(), s.bootstrap(), List.of(), r, List.of())),
            Runs.of(s.tokens().values(), AclToken::bytes)
                .map(r -> new AclPart(s.index(), s.bootstrap(), List.of(), List.of(), r))));
  }

  AclState addTo(AclState before) {
    AclState state = before;
    for (AclPolicy policy : policies) {
      state = state.with(policy);
    }
    for (AclRole role : roles) {
      state = state.with(role);
    }
    for (AclToken token : tokens) {
      state = state.with(token);
    }
    return state.at(index, bootstrap);
  }
}
