package io.flotilla.acl;

import io.flotilla.entity.Fact;

/** What a write changed. What replaces something of the same id keeps its createIndex. */
public sealed interface AclChange extends Fact {
  record TokenPut(long index, AclToken token) implements AclChange {}

  record TokenGone(long index, String accessor) implements AclChange {}

  record PolicyPut(long index, AclPolicy policy) implements AclChange {}

  record PolicyGone(long index, String id) implements AclChange {}

  record RolePut(long index, AclRole role) implements AclChange {}

  record RoleGone(long index, String id) implements AclChange {}

  /** Somebody was given the first token, or the first one again. */
  record Bootstrapped(long index) implements AclChange {}

  /** All before this is from a backup; the index is greater than any that was ever given. */
  record Restored(long index) implements AclChange {}

  @Override
  default long bytes() {
    if (this instanceof TokenPut p) {
      return p.token().bytes();
    } else if (this instanceof PolicyPut p) {
      return p.policy().bytes();
    } else if (this instanceof RolePut p) {
      return p.role().bytes();
    }
    return 64;
  }
}
