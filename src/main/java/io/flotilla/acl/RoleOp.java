package io.flotilla.acl;

import static io.flotilla.acl.AclDraft.invalid;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.List;

/** What can be done to roles. */
public sealed interface RoleOp<R extends Result> extends Operation.Write<AclDraft, R> {
  int LONGEST_NAME = 256;

  /**
   * @param role without policies, which are found by the links
   * @param create whether it is a new one, with an id that nothing has yet
   */
  record Put(AclRole role, List<AclLink> policies, boolean create)
      implements RoleOp<AclResult.Roles> {
    @Override
    public AclResult.Roles decide(AclDraft draft) {
      checkName();
      AclRole old = draft.state().roles().get(role.id());
      AclRole same = draft.state().roleNamed(role.name());
      if (!create && !AclNames.isUuid(role.id())) {
        throw invalid("Role ID invalid UUID");
      } else if (!create && old == null) {
        throw invalid("cannot find role " + role.id());
      } else if (same != null && (old == null || !old.name().equals(role.name()))) {
        throw invalid("Invalid Role: A Role with Name \"" + role.name() + "\" already exists");
      }
      AclDraft.check(role.services(), role.nodes(), "role");
      draft.change(new AclChange.RolePut(draft.nextIndex(), role.of(draft.policies(policies))));
      return AclRead.roles(draft.state(), List.of(draft.state().roles().get(role.id())));
    }

    private void checkName() {
      if (role.name().isEmpty()) {
        throw invalid("Invalid Role: no Name is set");
      } else if (!AclNames.isName(role.name(), LONGEST_NAME)) {
        throw invalid(
            "Invalid Role: invalid Name. Only alphanumeric characters, '-' and '_' are allowed");
      }
    }

    @Override
    public int bytes() {
      return (int) role.bytes() + 64 * policies.size();
    }
  }

  record Delete(String id) implements RoleOp<Result.Done> {
    @Override
    public Result.Done decide(AclDraft draft) {
      if (draft.state().roles().containsKey(id)) {
        draft.change(new AclChange.RoleGone(draft.nextIndex(), id));
      }
      return draft.done();
    }
  }
}
