package io.flotilla.acl;

import io.flotilla.entity.Refusal;

/** Who sent a request. */
@FunctionalInterface
public interface Caller {
  /**
   * What may be done now: a request may have waited for minutes since it was let in.
   *
   * @throws Refusal if there is no such token, or none any more
   */
  Grant grant();
}
