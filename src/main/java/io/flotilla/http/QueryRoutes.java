package io.flotilla.http;

import static io.flotilla.http.Endpoints.DELETE;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.POST;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CatalogResult;
import io.flotilla.registry.PreparedQuery;
import io.flotilla.registry.QueryOp;
import io.flotilla.registry.ServiceEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /v1/query/…}: questions for healthy instances that are kept under a name. */
final class QueryRoutes {
  private static final String EXECUTE = "/execute";
  private static final String EXPLAIN = "/explain";

  private final CatalogAnswers catalog;

  QueryRoutes(CatalogAnswers catalog) {
    this.catalog = catalog;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/query", Need.LISTS, this::list),
        POST.at("/v1/query", Need.CHANGES, QueryBody.MAX_BYTES, this::create),
        GET.under("/v1/query", Need.SEEN, this::read),
        PUT.under("/v1/query", Need.CHANGES, QueryBody.MAX_BYTES, this::update),
        DELETE.under("/v1/query", Need.CHANGES, this::delete));
  }

  // ---- reads

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return catalog.read(
        request,
        params,
        new CatalogRead.Queries(null),
        Visible::query,
        Set.of(),
        (json, found) -> CatalogJson.list(json, found.items(), QueryBody::write));
  }

  private CompletionStage<HttpResponse> read(String path, HttpRequest request) {
    Params params = Params.of(request, Set.of("limit"));
    if (path.endsWith(EXECUTE)) {
      String query = path.substring(0, path.length() - EXECUTE.length());
      return Caching.at(r -> execute(query, params, r)).apply(request);
    }
    boolean explain = path.endsWith(EXPLAIN);
    String name = explain ? path.substring(0, path.length() - EXPLAIN.length()) : path;
    return catalog.whole(
        params,
        new CatalogRead.Queries(name),
        found -> {
          PreparedQuery query = found(found);
          if (!explain && !query.id().equals(name)) {
            throw notFound(); // by its name it can only be executed and explained
          }
          Access.require(request, Resource.QUERY, query.name(), Level.READ);
          return Json.ok(json(query, explain));
        });
  }

  private static byte[] json(PreparedQuery query, boolean explain) {
    return Json.bytes(
        json -> {
          if (explain) {
            json.writeStartObject();
            json.writeFieldName("Query");
            QueryBody.write(json, query);
            json.writeEndObject();
          } else {
            CatalogJson.list(json, List.of(query), QueryBody::write);
          }
        });
  }

  private static PreparedQuery found(CatalogResult.Queries found) {
    return found.items().stream().findAny().orElseThrow(QueryRoutes::notFound);
  }

  private static ApiError notFound() {
    return new ApiError(StatusCodes.NOT_FOUND, "not-found", "Query not found");
  }

  /** As in Consul nothing is needed for the query itself: what may not be seen isn't found. */
  private CompletionStage<HttpResponse> execute(String name, Params params, HttpRequest request) {
    long limit = params.index("limit").orElse(0);
    return catalog
        .ask(params, new CatalogRead.Queries(name), Wait.NOT)
        .thenCompose(
            queries -> {
              PreparedQuery query = found(queries);
              PreparedQuery.Wanted wanted = query.service();
              return catalog.whole(
                  params,
                  new CatalogRead.Instances(wanted.service(), false, List.of(), wanted.nodeMeta()),
                  all ->
                      answer(
                          query,
                          chosen(Access.seen(request, all, Visible::instance), wanted, limit)));
            });
  }

  /** In any order, so that those who take the first don't all take the same. */
  private static List<ServiceEntry> chosen(
      CatalogResult.Entries seen, PreparedQuery.Wanted wanted, long limit) {
    List<ServiceEntry> chosen =
        new ArrayList<>(seen.items().stream().filter(wanted::includes).toList());
    Collections.shuffle(chosen);
    return limit > 0 && limit < chosen.size() ? chosen.subList(0, (int) limit) : chosen;
  }

  private static HttpResponse answer(PreparedQuery query, List<ServiceEntry> chosen) {
    byte[] body =
        Json.bytes(
            json -> {
              json.writeStartObject();
              json.writeStringField("Service", query.service().service());
              json.writeFieldName("Nodes");
              CatalogJson.list(json, chosen, CatalogJson::entry);
              json.writeObjectFieldStart("DNS");
              json.writeStringField("TTL", query.dnsTtl());
              json.writeEndObject();
              json.writeStringField("Datacenter", Params.DATACENTER);
              json.writeNumberField("Failovers", 0);
              json.writeEndObject();
            });
    return Json.ok(body);
  }

  // ---- writes

  private CompletionStage<HttpResponse> create(HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    writes(request, body.text("Name"));
    if (!body.text("ID").isEmpty()) {
      throw new ApiError(
          StatusCodes.INTERNAL_SERVER_ERROR,
          "invalid-query",
          "ID must be empty when creating a new prepared query");
    }
    PreparedQuery query = QueryBody.query(body, UUID.randomUUID().toString());
    return catalog.write(
        params,
        new QueryOp.Put(query, true),
        Requests.id(request, entity),
        Json.ok(new Created(query.id())));
  }

  private record Created(@JsonProperty("ID") String id) {}

  private static void writes(HttpRequest request, String name) {
    Access.require(request, Resource.QUERY, name, Level.WRITE);
  }

  private CompletionStage<HttpResponse> update(
      String id, HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    writes(request, body.text("Name"));
    QueryOp.Put put = new QueryOp.Put(QueryBody.query(body, id), false);
    RequestId requestId = Requests.id(request, entity);
    return mayChange(id, params, request)
        .thenCompose(may -> catalog.write(params, put, requestId, HttpResponse.create()));
  }

  private CompletionStage<HttpResponse> delete(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    QueryOp.Delete delete = new QueryOp.Delete(id);
    RequestId requestId = Requests.id(request);
    return mayChange(id, params, request)
        .thenCompose(may -> catalog.write(params, delete, requestId, HttpResponse.create()));
  }

  /** Depends on the name of the one that is there. */
  private CompletionStage<Void> mayChange(String id, Params params, HttpRequest request) {
    return Access.isRestricted(request)
        ? catalog
            .ask(params, new CatalogRead.Queries(id), Wait.NOT)
            .thenAccept(
                found ->
                    writes(
                        request,
                        found.items().stream().findAny().map(PreparedQuery::name).orElse(id)))
        : CompletableFuture.completedFuture(null);
  }
}
