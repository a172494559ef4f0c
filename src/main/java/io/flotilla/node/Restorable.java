package io.flotilla.node;

import io.flotilla.acl.Acl;
import io.flotilla.kv.KeySpace;
import io.flotilla.registry.Catalog;
import java.util.List;

/** What a restore replaces: all that clients have stored. */
public final class Restorable {
  /** How the persistence ids of these kinds begin. */
  public static final List<String> KINDS =
      List.of(
          KeySpace.persistenceId("").id(),
          Catalog.persistenceId("").id(),
          Acl.persistenceId("").id());

  private Restorable() {}
}
