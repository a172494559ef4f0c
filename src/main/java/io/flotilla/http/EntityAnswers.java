package io.flotilla.http;

import akka.http.javadsl.model.HttpResponse;
import io.flotilla.entity.Draft;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.ModelState;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Page;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wait;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks the entities of one kind and turns their answers into HTTP. Reads are linearizable unless
 * {@code ?stale} asks for this node's own copy, which works even while the node is cut off.
 *
 * @param <S> the state that is read
 * @param <D> the draft that is written to
 */
class EntityAnswers<S extends ModelState<S, ?>, D extends Draft<S, ?>> {
  private final EntityClient<S, D> entities;
  private final LocalReads<S> copies;
  private final Duration timeout;
  private final ClientLimits clients;
  private final Function<Params, String> entity;

  /** There is an entity for each namespace. */
  EntityAnswers(
      EntityClient<S, D> entities, LocalReads<S> copies, Duration timeout, ClientLimits clients) {
    this(entities, copies, timeout, clients, Params::namespace);
  }

  /**
   * @param entity which one is asked
   */
  EntityAnswers(
      EntityClient<S, D> entities,
      LocalReads<S> copies,
      Duration timeout,
      ClientLimits clients,
      Function<Params, String> entity) {
    this.entities = entities;
    this.copies = copies;
    this.timeout = timeout;
    this.clients = clients;
    this.entity = entity;
  }

  /**
   * Answers with a list, sent page by page.
   *
   * @param json see {@link Pages}
   */
  final <L extends Result.Many<?>> CompletionStage<HttpResponse> list(
      Params params, Operation.Read<S, L> read, Function<L, byte[]> json) {
    return begun(params, read, page -> paged(params, page, json));
  }

  /**
   * @param answer builds the answer from a list, of which only the beginning may have been fetched
   */
  final <L extends Result.Many<?>> CompletionStage<HttpResponse> begun(
      Params params, Operation.Read<S, L> read, Function<Page<L>, HttpResponse> answer) {
    return params.flag("stale")
        ? stale(params, read, whole -> answer.apply(new Page<>(whole, null)))
        : entities
            .list(entity.apply(params), read, timeout, Requests.wait(params))
            .thenApply(page -> ConsulHeaders.fresh(answer.apply(page), page.list().index()));
  }

  final <L extends Result.Many<?>> HttpResponse paged(
      Params params, Page<L> page, Function<L, byte[]> json) {
    return new Pages<>(json, next -> entities.more(entity.apply(params), next, timeout))
        .answer(page);
  }

  /** For an answer that needs the whole list. */
  final <L extends Result.Many<?>> CompletionStage<HttpResponse> whole(
      Params params, Operation.Read<S, L> read, Function<L, HttpResponse> answer) {
    return params.flag("stale")
        ? stale(params, read, answer)
        : ask(params, read, Requests.wait(params))
            .thenApply(list -> ConsulHeaders.fresh(answer.apply(list), list.index()));
  }

  private <L extends Result.Many<?>> CompletionStage<HttpResponse> stale(
      Params params, Operation.Read<S, L> read, Function<L, HttpResponse> answer) {
    return copies
        .ask(entity.apply(params), read, Requests.wait(params))
        .thenApply(
            stale ->
                ConsulHeaders.stale(
                    answer.apply(stale.result()), stale.result().index(), stale.contact()));
  }

  /** Linearizable, whatever the parameters say. */
  final <R extends Result> CompletionStage<R> ask(
      Params params, Operation.Read<S, R> read, Wait wait) {
    return entities.read(entity.apply(params), read, timeout, wait);
  }

  /** What each client may have. */
  final ClientLimits clients() {
    return clients;
  }

  /**
   * Something is to be written, maybe the first of its namespace.
   *
   * @throws ApiError if the client has made too many namespaces
   */
  final void begins(Params params) {
    if (!entities.isKnown(entity.apply(params))) {
      clients.names(params.client().identity().client(), entity.apply(params));
    }
  }

  final <R extends Result> CompletionStage<R> write(
      Params params, Operation.Write<D, R> write, RequestId id) {
    begins(params);
    return entities.write(entity.apply(params), write, id, timeout);
  }

  /** A write whose result is a list. */
  final <L extends Result.Many<?>> CompletionStage<Page<L>> writeList(
      Params params, Operation.Write<D, L> write, RequestId id) {
    begins(params);
    return entities.writeList(entity.apply(params), write, id, timeout);
  }
}
