package io.flotilla.registry;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;

/** Changes of prepared queries. */
public final class QueryOp {
  private QueryOp() {}

  /**
   * @param query its id was chosen by the asker, so that a repetition is recognised
   * @param create whether it is a new one
   */
  public record Put(PreparedQuery query, boolean create)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      Queries all = draft.state().queries();
      if (!create && all.get(query.id()) == null) {
        throw unknown(query.id());
      }
      PreparedQuery other = all.named(query.name());
      if (other != null && !other.id().equals(query.id())) {
        throw invalid("name '" + query.name() + "' aliases an existing query name");
      } else if (all.get(query.name()) != null) {
        throw invalid("name '" + query.name() + "' aliases an existing query ID");
      }
      draft.change(new CatalogChange.QueryPut(draft.nextIndex(), query));
      return draft.done();
    }

    @Override
    public int bytes() {
      return (int) (256 + query.bytes());
    }
  }

  public record Delete(String id) implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      if (draft.state().queries().get(id) == null) {
        throw unknown(id);
      }
      draft.change(new CatalogChange.QueryGone(draft.nextIndex(), id));
      return draft.done();
    }
  }

  private static Refusal unknown(String id) {
    return new Refusal("unknown-query", "Cannot modify non-existent prepared query: '" + id + "'");
  }

  private static Refusal invalid(String why) {
    return new Refusal("query-name-taken", why);
  }
}
