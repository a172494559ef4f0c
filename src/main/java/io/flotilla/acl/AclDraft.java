package io.flotilla.acl;

import io.flotilla.entity.Draft;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tokens, policies and roles while a batch is decided. The texts of refusals are Consul's. */
public final class AclDraft extends Draft<AclState, AclChange> {
  AclDraft(EntityState<AclState, AclChange> state, Moment at) {
    super(state, at);
  }

  static Refusal invalid(String message) {
    return new Refusal("acl-invalid", message);
  }

  Result.Done done() {
    return new Result.Done(true, state().index());
  }

  AclResult.Tokens put(AclToken token) {
    change(new AclChange.TokenPut(nextIndex(), token));
    return AclRead.tokens(state(), List.of(state().tokens().get(token.accessor())));
  }

  /** Their time is over. */
  void end(List<String> accessors) {
    for (String accessor : accessors) {
      if (state().tokens().containsKey(accessor)) {
        change(new AclChange.TokenGone(nextIndex(), accessor));
      }
    }
  }

  // ---- what the writes are made of

  /** The ids of the policies, each once. */
  List<String> policies(List<AclLink> links) {
    Set<String> ids = new LinkedHashSet<>();
    for (AclLink link : links) {
      AclPolicy policy =
          link.id().isEmpty()
              ? state().policyNamed(link.name())
              : state().policies().get(link.id());
      ids.add(found("policy", link, policy == null ? null : policy.id()));
    }
    return List.copyOf(ids);
  }

  /** The ids of the roles, each once. */
  List<String> roles(List<AclLink> links) {
    Set<String> ids = new LinkedHashSet<>();
    for (AclLink link : links) {
      AclRole role =
          link.id().isEmpty() ? state().roleNamed(link.name()) : state().roles().get(link.id());
      ids.add(found("role", link, role == null ? null : role.id()));
    }
    return List.copyOf(ids);
  }

  private static String found(String what, AclLink link, String id) {
    if (id == null) {
      throw invalid(
          link.id().isEmpty()
              ? "No such ACL " + what + " with name \"" + link.name() + "\""
              : "No such ACL " + what + " with ID \"" + link.id() + "\"");
    }
    return id;
  }

  /**
   * @param where a token or a role
   */
  static void check(List<AclIdentity> services, List<AclIdentity> nodes, String where) {
    for (AclIdentity service : services) {
      if (service.name().isEmpty()) {
        throw invalid("Service identity is missing the service name field on this " + where);
      } else if (!AclNames.isIdentity(service.name())) {
        throw invalid(
            "Service identity \""
                + service.name()
                + "\" has an invalid name. Only alphanumeric characters, '-' and '_' are allowed");
      }
    }
    for (AclIdentity node : nodes) {
      if (node.name().isEmpty()) {
        throw invalid("Node identity is missing the node name field on this " + where);
      } else if (node.datacenters().isEmpty()) {
        throw invalid("Node identity is missing the datacenter field on this " + where);
      } else if (!AclNames.isIdentity(node.name())) {
        throw invalid(
            "Node identity has an invalid name. Only alphanumeric characters, '-' and '_' are allowed");
      }
    }
  }
}
