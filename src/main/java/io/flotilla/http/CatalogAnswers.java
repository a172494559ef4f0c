package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogOp;
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
  private final LocalReads<CatalogOp.Read> copies;
  private final Duration timeout;

  CatalogAnswers(Registry registry, LocalReads<CatalogOp.Read> copies, Duration timeout) {
    this.registry = registry;
    this.copies = copies;
    this.timeout = timeout;
  }

  Duration timeout() {
    return timeout;
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
  <R extends Result.Many<?>> CompletionStage<HttpResponse> read(
      Params params, CatalogOp.Read op, Class<R> kind, Set<String> fields, Body<R> body) {
    Optional<Filter> filter =
        params.text("filter").filter(f -> !f.isBlank()).map(f -> Filter.parse(f, fields));
    return ask(
        params,
        op,
        kind,
        result -> {
          byte[] json = Json.bytes(out -> body.write(out, result));
          return ConsulHeaders.fresh(
              Json.ok(filter.map(f -> f.apply(json)).orElse(json)), result.index());
        });
  }

  <R extends Result> CompletionStage<HttpResponse> ask(
      Params params, CatalogOp.Read op, Class<R> kind, Function<R, HttpResponse> response) {
    if (params.flag("stale")) {
      return copies
          .ask(params.namespace(), op, Requests.wait(params))
          .thenApply(
              stale ->
                  ConsulHeaders.stale(
                      response.apply(kind.cast(done(stale.result()))), stale.contact()));
    }
    return submit(params, op, Requests.wait(params)).thenApply(r -> response.apply(kind.cast(r)));
  }

  /** Fails with what the catalog refused. */
  CompletionStage<Result> submit(Params params, CatalogOp op, Wait wait) {
    return registry.submit(params.namespace(), op, timeout, wait).thenApply(CatalogAnswers::done);
  }

  private static Result done(Result result) {
    if (result instanceof Result.Refused refused) {
      throw ApiError.of(refused);
    }
    return result;
  }

  CompletionStage<HttpResponse> write(Params params, CatalogOp.Write op, HttpResponse done) {
    return submit(params, op, Wait.NOT)
        .thenApply(result -> ConsulHeaders.fresh(done, ((Result.Done) result).index()));
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
