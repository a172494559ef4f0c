package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Page;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CatalogState;
import io.flotilla.registry.Registry;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks the catalog and makes HTTP of its answers. Reads are linearizable unless {@code ?stale} asks
 * for this node's own copy.
 */
final class CatalogAnswers {
  private final Registry registry;
  private final LocalReads<CatalogState> copies;
  private final Duration timeout;

  CatalogAnswers(Registry registry, LocalReads<CatalogState> copies, Duration timeout) {
    this.registry = registry;
    this.copies = copies;
    this.timeout = timeout;
  }

  /** Writes an answer as JSON. */
  interface Body<R> {
    void write(JsonGenerator json, R result) throws IOException;
  }

  /**
   * A list or an object, of which {@code ?filter} may choose some.
   *
   * @param fields of its items, for the filter
   */
  <L extends Result.Many<?>> CompletionStage<HttpResponse> read(
      Params params, CatalogRead<L> read, Set<String> fields, Body<L> body) {
    Optional<Filter> filter =
        params.text("filter").filter(f -> !f.isBlank()).map(f -> Filter.parse(f, fields));
    Pages<L> pages =
        new Pages<>(
            run -> {
              byte[] json = Json.bytes(out -> body.write(out, run));
              return filter.map(f -> f.apply(json)).orElse(json);
            },
            page -> registry.more(params.namespace(), page, timeout));
    if (params.flag("stale")) {
      return stale(params, read, list -> fresh(pages, new Page<>(list, null)));
    }
    return registry
        .list(params.namespace(), read, timeout, Requests.wait(params))
        .thenApply(page -> fresh(pages, page));
  }

  private static <L extends Result.Many<?>> HttpResponse fresh(Pages<L> pages, Page<L> page) {
    return ConsulHeaders.fresh(pages.answer(page), page.list().index());
  }

  private <R extends Result.Many<?>> CompletionStage<HttpResponse> stale(
      Params params, CatalogRead<R> read, Function<R, HttpResponse> answer) {
    return copies
        .ask(params.namespace(), read, Requests.wait(params))
        .thenApply(stale -> ConsulHeaders.stale(answer.apply(stale.result()), stale.contact()));
  }

  /** For an answer that is made of the whole list. */
  <R extends Result.Many<?>> CompletionStage<HttpResponse> ask(
      Params params, CatalogRead<R> read, Function<R, HttpResponse> response) {
    return params.flag("stale")
        ? stale(params, read, response)
        : ask(params, read, Requests.wait(params)).thenApply(response);
  }

  <R extends Result.Many<?>> CompletionStage<R> ask(Params params, CatalogRead<R> read, Wait wait) {
    return registry.read(params.namespace(), read, timeout, wait);
  }

  CompletionStage<HttpResponse> write(
      Params params,
      Operation.Write<CatalogDraft, Result.Done> write,
      RequestId id,
      HttpResponse done) {
    return registry
        .write(params.namespace(), write, id, timeout)
        .thenApply(result -> ConsulHeaders.fresh(done, result.index()));
  }

  /** {@code ?node-meta=key:value}, each of which must hold. */
  static Map<String, String> nodeMeta(HttpRequest request) {
    Map<String, String> meta = new LinkedHashMap<>();
    for (String pair : Params.all(request, "node-meta")) {
      int colon = pair.indexOf(':');
      meta.put(
          colon < 0 ? pair : pair.substring(0, colon), colon < 0 ? "" : pair.substring(colon + 1));
    }
    return meta;
  }
}
