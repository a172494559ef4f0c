package io.flotilla.http;

import io.flotilla.acl.Acl;
import io.flotilla.acl.AclDraft;
import io.flotilla.acl.AclState;
import io.flotilla.acl.AclStore;
import io.flotilla.acl.Grants;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.Operation;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Asks for tokens, policies and roles, and changes them. */
final class AclAnswers extends EntityAnswers<AclState, AclDraft> {
  private final Grants grants;
  private final Duration timeout;

  AclAnswers(
      AclStore store,
      LocalReads<AclState> copies,
      Duration timeout,
      ClientLimits clients,
      Grants grants) {
    super(store, copies, timeout, clients, params -> Acl.CLUSTER);
    this.grants = grants;
    this.timeout = timeout;
  }

  /** What was changed counts on this node when the answer comes. */
  <R extends Result.Many<?>> CompletionStage<R> change(
      Params params, Operation.Write<AclDraft, R> write, RequestId id) {
    return write(params, write, id)
        .thenCompose(list -> grants.upTo(list.index(), timeout).thenApply(known -> list));
  }

  CompletionStage<Result.Done> delete(
      Params params, Operation.Write<AclDraft, Result.Done> write, RequestId id) {
    return write(params, write, id)
        .thenCompose(done -> grants.upTo(done.index(), timeout).thenApply(known -> done));
  }
}
