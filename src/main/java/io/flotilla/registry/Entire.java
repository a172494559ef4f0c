package io.flotilla.registry;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Result;

/**
 * A write that is done as a whole or not at all: it has parts that an earlier version would pass
 * over, such as a {@link CheckKind}. That doesn't know this message, and so refuses it.
 */
public record Entire(Write<CatalogDraft, Result.Done> write)
    implements Write<CatalogDraft, Result.Done> {
  @Override
  public Result.Done decide(CatalogDraft draft) {
    return write.decide(draft);
  }

  @Override
  public int bytes() {
    return write.bytes();
  }
}
