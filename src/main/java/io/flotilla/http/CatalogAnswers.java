package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.Operation;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
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

/** Asks the catalog; some of its answers can be filtered. */
final class CatalogAnswers extends EntityAnswers<CatalogState, CatalogDraft> {
  CatalogAnswers(
      Registry registry, LocalReads<CatalogState> copies, Duration timeout, ClientLimits clients) {
    super(registry, copies, timeout, clients);
  }

  /** Writes an answer as JSON. */
  interface Body<R> {
    void write(JsonGenerator json, R result) throws IOException;
  }

  /**
   * A list or an object, from which {@code ?filter} may select items.
   *
   * @param seen which items there are for whoever asks
   * @param fields of the items, for the filter; none: there is no filter here
   */
  <E, L extends Result.Many<E>> CompletionStage<HttpResponse> read(
      HttpRequest request,
      Params params,
      CatalogRead<L> read,
      Visible.Rule<E> seen,
      Set<String> fields,
      Body<L> body) {
    return read(request, params, read, seen, fields, "", body);
  }

  /**
   * The same for an answer that has its items in a field.
   *
   * @param at the field; empty: they are the answer
   */
  <E, L extends Result.Many<E>> CompletionStage<HttpResponse> read(
      HttpRequest request,
      Params params,
      CatalogRead<L> read,
      Visible.Rule<E> seen,
      Set<String> fields,
      String at,
      Body<L> body) {
    Optional<Filter> filter =
        params
            .text("filter")
            .filter(f -> !f.isBlank() && !fields.isEmpty())
            .map(f -> Filter.parse(f, fields));
    return list(
        params,
        read,
        run -> {
          L rest = Access.seen(request, run, seen);
          byte[] json = Json.bytes(out -> body.write(out, rest));
          return filter.map(f -> f.apply(json, at)).orElse(json);
        });
  }

  CompletionStage<HttpResponse> write(
      Params params,
      Operation.Write<CatalogDraft, Result.Done> write,
      RequestId id,
      HttpResponse done) {
    return write(params, write, id).thenApply(result -> ConsulHeaders.fresh(done, result.index()));
  }

  /** {@code ?node-meta=key:value}; may be repeated, and all must match. */
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
