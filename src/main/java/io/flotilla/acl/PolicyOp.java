package io.flotilla.acl;

import static io.flotilla.acl.AclDraft.invalid;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.List;

/** What can be done to policies. */
public sealed interface PolicyOp<R extends Result> extends Operation.Write<AclDraft, R> {
  int LONGEST_NAME = 128;

  /**
   * @param create whether it is a new one, with an id that nothing has yet
   */
  record Put(AclPolicy policy, boolean create) implements PolicyOp<AclResult.Policies> {
    @Override
    public AclResult.Policies decide(AclDraft draft) {
      checkName();
      AclPolicy old = draft.state().policies().get(policy.id());
      AclPolicy same = draft.state().policyNamed(policy.name());
      if (!create && !AclNames.isUuid(policy.id())) {
        throw invalid("Policy ID invalid UUID");
      } else if (!create && old == null) {
        throw invalid("cannot find policy " + policy.id());
      } else if (same != null && (old == null || !old.name().equals(policy.name()))) {
        throw invalid(
            "Invalid Policy: A Policy with Name \"" + policy.name() + "\" already exists");
      } else if (policy.id().equals(AclPolicy.MANAGEMENT_ID)) {
        checkManagement(old);
      }
      Rules.parse(policy.rules());
      draft.change(new AclChange.PolicyPut(draft.nextIndex(), policy));
      AclPolicy stored = draft.state().policies().get(policy.id());
      return new AclResult.Policies(draft.state().index(), List.of(stored));
    }

    private void checkName() {
      if (policy.name().isEmpty()) {
        throw invalid("Invalid Policy: no Name is set");
      } else if (!AclNames.isName(policy.name(), LONGEST_NAME)) {
        throw invalid(
            "Invalid Policy: invalid Name. Only alphanumeric characters, '-' and '_' are allowed");
      }
    }

    private void checkManagement(AclPolicy old) {
      if (!policy.datacenters().isEmpty()) {
        throw invalid(
            "Changing the Datacenters of the builtin global-management policy is not permitted");
      } else if (!policy.rules().equals(old.rules())) {
        throw invalid(
            "Changing the Rules for the builtin global-management policy is not permitted");
      }
    }

    @Override
    public int bytes() {
      return (int) policy.bytes();
    }
  }

  /** Tokens and roles that link to it have less from then on. */
  record Delete(String id) implements PolicyOp<Result.Done> {
    @Override
    public Result.Done decide(AclDraft draft) {
      if (id.equals(AclPolicy.MANAGEMENT_ID)) {
        throw invalid("Delete operation not permitted on the builtin global-management policy");
      } else if (draft.state().policies().containsKey(id)) {
        draft.change(new AclChange.PolicyGone(draft.nextIndex(), id));
      }
      return draft.done();
    }
  }
}
