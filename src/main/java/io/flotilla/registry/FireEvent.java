package io.flotilla.registry;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;

/** Announces something to everybody who reads events. */
public record FireEvent(UserEvent event) implements Operation.Write<CatalogDraft, Result.Done> {
  @Override
  public Result.Done decide(CatalogDraft draft) {
    draft.change(
        new CatalogChange.EventFired(
            draft.nextIndex(), event.at(draft.nextIndex(), draft.state().eventTime() + 1)));
    return draft.done();
  }

  @Override
  public int bytes() {
    return (int) (256 + event.bytes());
  }
}
