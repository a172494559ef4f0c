package io.flotilla.kv;

import io.flotilla.entity.EntityState;

/** Where every key space begins, for tests of other packages. */
public final class EmptyKeySpace {
  private EmptyKeySpace() {}

  public static EntityState<KeySpaceState, Change> state() {
    return EntityState.of(KeySpaceState.empty());
  }
}
