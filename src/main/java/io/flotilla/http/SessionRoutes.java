package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.SESSIONS;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Wait;
import io.flotilla.kv.KeySpaceDraft;
import io.flotilla.kv.KeySpaceState;
import io.flotilla.kv.KvResult;
import io.flotilla.kv.Session;
import io.flotilla.kv.SessionChecks;
import io.flotilla.kv.SessionNamespaces;
import io.flotilla.kv.SessionOp;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@code /v1/session/…}: Consul's sessions
 * (https://developer.hashicorp.com/consul/api-docs/session). Unlike in Consul, a TTL may be as
 * short as 1 s, and a session created with {@code ?exact-ttl} ends exactly at its TTL, which a
 * field of its own shows; all others end at twice their TTL.
 */
final class SessionRoutes {
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final String EXACT_TTL = "exact-ttl";

  private final EntityAnswers<KeySpaceState, KeySpaceDraft> store;
  private final SessionChecks checks;
  private final SessionNamespaces namespaces;
  private final Supplier<ClusterStatus.Snapshot> cluster;
  private final boolean exactTtl;

  /**
   * @param exactTtl whether TTLs are exact unless the client says otherwise
   */
  SessionRoutes(
      EntityAnswers<KeySpaceState, KeySpaceDraft> store,
      SessionChecks checks,
      SessionNamespaces namespaces,
      Supplier<ClusterStatus.Snapshot> cluster,
      boolean exactTtl) {
    this.store = store;
    this.checks = checks;
    this.namespaces = namespaces;
    this.cluster = cluster;
    this.exactTtl = exactTtl;
  }

  List<Endpoint> endpoints() {
    return List.of(
        PUT.at("/v1/session/create", Need.CHANGES, MAX_BODY_BYTES, this::create),
        PUT.under("/v1/session/destroy", Need.CHANGES, this::destroy),
        PUT.under("/v1/session/renew", Need.CHANGES, this::renew),
        GET.at("/v1/session/list", Need.LISTS, request -> list(null, request)),
        GET.under("/v1/session/info", Need.LISTS, this::info),
        GET.under("/v1/session/node", Need.LISTS, this::list));
  }

  private CompletionStage<HttpResponse> create(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of(EXACT_TTL));
    ClusterStatus.Snapshot members = cluster.get();
    boolean exact = params.has(EXACT_TTL) ? params.choice(EXACT_TTL) : exactTtl;
    Session session =
        SessionRequest.session(JsonBody.object(body), members.self(), Client.name(request), exact);
    Access.require(request, Resource.SESSION, session.node(), Level.WRITE);
    boolean member = members.members().stream().anyMatch(m -> m.id().equals(session.node()));
    RequestId id = Requests.id(request, body);
    SessionOp.Create create = new SessionOp.Create(session, store.clients().most(SESSIONS));
    store.begins(params);
    return checks
        .problem(params.namespace(), session, member)
        .thenCompose(
            problem ->
                problem.isPresent()
                    ? CompletableFuture.failedFuture(
                        new ApiError(
                            StatusCodes.INTERNAL_SERVER_ERROR, // as Consul answers it
                            problem.get().code(),
                            problem.get().getMessage()))
                    : namespaces
                        .add(params.namespace())
                        .thenCompose(known -> store.write(params, create, id))
                        .thenApply(
                            created ->
                                ConsulHeaders.fresh(
                                    Json.ok(new Created(created.id())), created.index())));
  }

  private record Created(@JsonProperty("ID") String id) {}

  private CompletionStage<HttpResponse> destroy(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return mayChange(id, params, request)
        .thenCompose(may -> store.write(params, new SessionOp.Destroy(id), Requests.id(request)))
        .thenApply(done -> ConsulHeaders.fresh(Json.ok(Boolean.TRUE), done.index()));
  }

  private CompletionStage<HttpResponse> renew(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return mayChange(id, params, request)
        .thenCompose(may -> store.ask(params, new SessionOp.Renew(id), Wait.NOT))
        .thenApply(
            found -> {
              if (found.items().isEmpty()) {
                throw new ApiError(
                    StatusCodes.NOT_FOUND,
                    "unknown-session",
                    "Session id '" + id + "' not found: it has ended or never existed.");
              }
              return ConsulHeaders.fresh(Json.ok(json(found)), found.index());
            });
  }

  /** Fails if it must not be changed by whoever asks. A session never changes its node. */
  private CompletionStage<Void> mayChange(String id, Params params, HttpRequest request) {
    return Access.grant(request).isEmpty()
        ? CompletableFuture.completedFuture(null)
        : store
            .ask(params, new SessionOp.Get(id), Wait.NOT)
            .thenAccept(
                found ->
                    found
                        .items()
                        .forEach(
                            s -> Access.require(request, Resource.SESSION, s.node(), Level.WRITE)));
  }

  private CompletionStage<HttpResponse> info(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return store.list(params, new SessionOp.Get(id), found -> json(request, found));
  }

  private CompletionStage<HttpResponse> list(String node, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    return store.list(params, new SessionOp.ListAll(node), found -> json(request, found));
  }

  // ---- answers

  private static byte[] json(HttpRequest request, KvResult.SessionList found) {
    return json(Access.readable(request, Resource.SESSION, found, Session::node));
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
    if (!s.oldChecks().isEmpty()) {
      names(json, "Checks", s.oldChecks());
    }
    names(json, "NodeChecks", without(s.nodeChecks(), s.oldChecks()));
    serviceChecks(json, s.serviceChecks());
    json.writeNumberField("CreateIndex", s.createIndex());
    json.writeNumberField("ModifyIndex", s.createIndex());
    json.writeEndObject();
  }

  private static List<String> without(List<String> all, List<String> some) {
    return all.stream().filter(name -> !some.contains(name)).toList();
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
