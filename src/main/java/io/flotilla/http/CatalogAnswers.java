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
    Pages pages =
        new Pages(
            run -> {
              byte[] json = Json.bytes(out -> body.write(out, kind.cast(run)));
              return filter.map(f -> f.apply(json)).orElse(json);
            },
            rest -> registry.more(params.namespace(), rest, timeout));
    Function<Result, HttpResponse> answer =
        result -> ConsulHeaders.fresh(pages.answer(result), Pages.run(result).index());
    if (params.flag("stale")) {
      return stale(params, op, answer);
    }
    return registry
        .begin(params.namespace(), op, timeout, Requests.wait(params))
        .thenApply(result -> answer.apply(unlessRefused(result)));
  }

  private CompletionStage<HttpResponse> stale(
      Params params, CatalogOp.Read op, Function<Result, HttpResponse> answer) {
    return copies
        .ask(params.namespace(), op, Requests.wait(params))
        .thenApply(
            stale ->
                ConsulHeaders.stale(answer.apply(unlessRefused(stale.result())), stale.contact()));
  }

  private static Result unlessRefused(Result result) {
    if (result instanceof Result.Refused refused) {
      throw ApiError.of(refused);
    }
    return result;
  }

  /** For an answer that is made of the whole list. */
  <R extends Result> CompletionStage<HttpResponse> ask(
      Params params, CatalogOp.Read op, Class<R> kind, Function<R, HttpResponse> response) {
    if (params.flag("stale")) {
      return stale(params, op, result -> response.apply(kind.cast(result)));
    }
    return submit(params, op, Requests.wait(params)).thenApply(r -> response.apply(kind.cast(r)));
  }

  /** Fails with what the catalog refused. */
  CompletionStage<Result> submit(Params params, CatalogOp op, Wait wait) {
    return registry
        .submit(params.namespace(), op, timeout, wait)
        .thenApply(CatalogAnswers::unlessRefused);
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
