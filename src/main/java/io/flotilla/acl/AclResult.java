package io.flotilla.acl;

import io.flotilla.entity.Result;
import java.util.List;
import java.util.Map;

/** What operations on tokens, policies and roles answer. */
public sealed interface AclResult extends Result {
  /**
   * Sorted by accessor.
   *
   * @param names of the policies and roles that they link to, by id; one that is gone is missing
   */
  record Tokens(long index, List<AclToken> items, Map<String, String> names)
      implements AclResult, Result.Many<AclToken> {
    @Override
    public Tokens of(List<AclToken> some) {
      return new Tokens(index, some, names);
    }

    @Override
    public long bytes(AclToken item) {
      return item.bytes();
    }
  }

  /** Sorted by id. */
  record Policies(long index, List<AclPolicy> items) implements AclResult, Result.Many<AclPolicy> {
    @Override
    public Policies of(List<AclPolicy> some) {
      return new Policies(index, some);
    }

    @Override
    public long bytes(AclPolicy item) {
      return item.bytes();
    }
  }

  /**
   * Sorted by id.
   *
   * @param names of the policies, as in {@link Tokens}
   */
  record Roles(long index, List<AclRole> items, Map<String, String> names)
      implements AclResult, Result.Many<AclRole> {
    @Override
    public Roles of(List<AclRole> some) {
      return new Roles(index, some, names);
    }

    @Override
    public long bytes(AclRole item) {
      return item.bytes();
    }
  }
}
