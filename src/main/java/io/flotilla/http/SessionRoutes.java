package io.flotilla.http;

import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.extractRequest;
import static akka.http.javadsl.server.Directives.get;
import static akka.http.javadsl.server.Directives.path;
import static akka.http.javadsl.server.Directives.pathPrefix;
import static akka.http.javadsl.server.Directives.put;
import static akka.http.javadsl.server.Directives.withSizeLimit;
import static akka.http.javadsl.server.PathMatchers.segment;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.Route;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.entity.LocalReads;
import io.flotilla.entity.Result;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.Op;
import io.flotilla.kv.Session;
import io.flotilla.kv.SessionChecks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.DurationConverters;

/**
 * {@code /v1/session/…}: Consul's sessions
 * (https://developer.hashicorp.com/consul/api-docs/session). Other than in Consul, a TTL may be as
 * short as 1 s, and a session that was created with {@code ?exact-ttl} ends when its TTL is over;
 * all others end at twice their TTL. Those say so when they are shown, by a field of their own.
 */
final class SessionRoutes {
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final String EXACT_TTL = "exact-ttl";

  private final KeyValueStore store;
  private final LocalReads<Op.Read> copies;
  private final SessionChecks checks;
  private final Supplier<ClusterView.Snapshot> cluster;
  private final Duration timeout;
  private final boolean exactTtl;
  private final FiniteDuration bodyTimeout;

  /**
   * @param exactTtl whether TTLs are exact if the client says nothing of it
   */
  SessionRoutes(
      KeyValueStore store,
      LocalReads<Op.Read> copies,
      SessionChecks checks,
      Supplier<ClusterView.Snapshot> cluster,
      Duration timeout,
      boolean exactTtl) {
    this.store = store;
    this.copies = copies;
    this.checks = checks;
    this.cluster = cluster;
    this.timeout = timeout;
    this.exactTtl = exactTtl;
    this.bodyTimeout = DurationConverters.toScala(timeout);
  }

  Route routes() {
    return concat(
        put(
            () ->
                concat(
                    path("create", this::create),
                    byName("destroy", this::destroy),
                    byName("renew", this::renew))),
        get(
            () ->
                concat(
                    path("list", () -> extractRequest(r -> completeWithFuture(list(null, r)))),
                    byName("info", this::info),
                    byName("node", this::list))));
  }

  private static Route byName(
      String verb, BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> answer) {
    return pathPrefix(
        segment(verb).slash(),
        () ->
            extractRequest(
                r -> completeWithFuture(answer.apply(Paths.behind(r, "/v1/session/" + verb), r))));
  }

  private Route create() {
    return withSizeLimit(
        MAX_BODY_BYTES,
        () ->
            Bodies.strict(
                bodyTimeout,
                MAX_BODY_BYTES,
                body -> extractRequest(r -> completeWithFuture(create(r, body)))));
  }

  private CompletionStage<HttpResponse> create(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of(EXACT_TTL));
    ClusterView.Snapshot members = cluster.get();
    boolean exact = params.has(EXACT_TTL) ? params.choice(EXACT_TTL) : exactTtl;
    Session session = SessionRequest.session(JsonBody.object(body), members.self(), exact);
    if (members.members().stream().noneMatch(m -> m.id().equals(session.node()))) {
      throw new ApiError(
          StatusCodes.INTERNAL_SERVER_ERROR, // as Consul answers it
          "unknown-node",
          "Missing node registration: there is no node '" + session.node() + "'.");
    }
    Op op = new Op.CreateSession(session, Requests.requestId(request));
    return checks
        .problem(params.namespace(), session)
        .thenCompose(
            problem ->
                problem.isPresent()
                    ? CompletableFuture.completedFuture(
                        ApiError.response(
                            StatusCodes.INTERNAL_SERVER_ERROR, "bad-check", problem.get()))
                    : answer(
                        params,
                        op,
                        KvResult.SessionCreated.class,
                        created ->
                            ConsulHeaders.fresh(
                                Json.ok(Map.of("ID", created.id())), created.index())));
  }

  private CompletionStage<HttpResponse> destroy(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    Op op = new Op.DestroySession(id, Requests.requestId(request));
    return answer(
        params,
        op,
        Result.Done.class,
        done -> ConsulHeaders.fresh(Json.ok(Boolean.TRUE), done.index()));
  }

  private CompletionStage<HttpResponse> renew(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return answer(
        params,
        new Op.RenewSession(id),
        KvResult.SessionList.class,
        found ->
            found.items().isEmpty()
                ? ApiError.response(
                    StatusCodes.NOT_FOUND,
                    "unknown-session",
                    "Session id '" + id + "' not found: it has ended or never was.")
                : sessions(found));
  }

  private CompletionStage<HttpResponse> info(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return read(params, new Op.GetSession(id, params.minIndex()));
  }

  private CompletionStage<HttpResponse> list(String node, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return read(params, new Op.ListSessions(node, params.minIndex()));
  }

  private CompletionStage<HttpResponse> read(Params params, Op.Read op) {
    Pages pages =
        new Pages(
            run -> json((KvResult.SessionList) run),
            rest -> store.more(params.namespace(), rest, timeout));
    if (params.flag("stale")) {
      return copies
          .ask(params.namespace(), op, Requests.wait(params))
          .thenApply(stale -> ConsulHeaders.stale(list(pages, stale.result()), stale.contact()));
    }
    return store
        .begin(params.namespace(), op, timeout, Requests.wait(params))
        .thenApply(result -> list(pages, result));
  }

  private static HttpResponse list(Pages pages, Result result) {
    if (result instanceof Result.Refused refused) {
      throw ApiError.of(refused);
    }
    return ConsulHeaders.fresh(pages.answer(result), Pages.run(result).index());
  }

  private <R extends Result> CompletionStage<HttpResponse> answer(
      Params params, Op op, Class<R> expected, Function<R, HttpResponse> response) {
    return store
        .submit(params.namespace(), op, timeout, Requests.wait(params))
        .thenApply(result -> response.apply(done(result, expected)));
  }

  private static <R extends Result> R done(Result result, Class<R> expected) {
    if (result instanceof Result.Refused refused) {
      throw ApiError.of(refused);
    }
    return expected.cast(result);
  }

  // ---- answers

  private static HttpResponse sessions(KvResult.SessionList found) {
    return ConsulHeaders.fresh(Json.ok(json(found)), found.index());
  }

  private static byte[] json(KvResult.SessionList found) {
    return Json.bytes(json -> CatalogJson.list(json, found.items(), SessionRoutes::write));
  }

  private static void write(JsonGenerator json, Session s) throws IOException {
    json.writeStartObject();
    json.writeStringField("ID", s.id());
    json.writeStringField("Name", s.name());
    json.writeStringField("Node", s.node());
    json.writeNumberField("LockDelay", s.lockDelayNanos());
    json.writeStringField(
        "Behavior", s.behavior() == Session.Behavior.DELETE ? "delete" : "release");
    json.writeStringField("TTL", s.ttl());
    if (s.exactTtl()) {
      json.writeBooleanField("ExactTTL", true);
    }
    names(json, "Checks", s.nodeChecks()); // what clients older than Consul 1.7 read
    names(json, "NodeChecks", s.nodeChecks());
    serviceChecks(json, s.serviceChecks());
    json.writeNumberField("CreateIndex", s.createIndex());
    json.writeNumberField("ModifyIndex", s.createIndex());
    json.writeEndObject();
  }

  private static void names(JsonGenerator json, String field, List<String> names)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  private static void serviceChecks(JsonGenerator json, List<String> checks) throws IOException {
    if (checks.isEmpty()) {
      json.writeNullField("ServiceChecks");
      return;
    }
    json.writeArrayFieldStart("ServiceChecks");
    for (String check : checks) {
      json.writeStartObject();
      json.writeStringField("ID", check);
      json.writeStringField("Namespace", "");
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
