package io.flotilla.http;

import static io.flotilla.http.Endpoints.ANY;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.POST;
import static io.flotilla.http.Endpoints.PUT;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.acl.AclPolicy;
import io.flotilla.acl.AclToken;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.acl.Secrets;
import io.flotilla.acl.TokenOp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The rest of {@code /v1/acl/…} (https://developer.hashicorp.com/consul/api-docs/acl). */
final class AclRoutes {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private final AclAnswers acl;
  private final Need bootstrap;
  private final LongSupplier reset;
  private final Clock clock;

  /**
   * @param bootstrap who may make the first token
   * @param reset see {@link TokenOp.Bootstrap}
   * @param clock the time of day, for people to read
   */
  AclRoutes(AclAnswers acl, Need bootstrap, LongSupplier reset, Clock clock) {
    this.acl = acl;
    this.bootstrap = bootstrap;
    this.reset = reset;
    this.clock = clock;
  }

  /** For a node without ACLs. */
  static List<Endpoint> off() {
    return List.of(
        ANY.from(
            "/v1/acl",
            Need.NOTHING,
            now(
                request -> {
                  throw disabled();
                })));
  }

  /** Nobody can log in: there are no methods for that, which is what their lists say. */
  List<Endpoint> endpoints() {
    Need reads = Need.of(Resource.ACL, Level.READ);
    return List.of(
        PUT.at("/v1/acl/bootstrap", bootstrap, this::bootstrap),
        GET.at("/v1/acl/replication", Need.NOTHING, now(request -> Json.ok(replication()))),
        GET.at("/v1/acl/auth-methods", reads, now(request -> Json.ok(List.of()))),
        GET.at("/v1/acl/binding-rules", reads, now(request -> Json.ok(List.of()))),
        POST.at("/v1/acl/login", Need.NOTHING, AclBody.MAX_BYTES, AclRoutes::login),
        POST.at("/v1/acl/logout", Need.NOTHING, AclRoutes::logout));
  }

  static ApiError disabled() {
    return new ApiError(StatusCodes.UNAUTHORIZED, "acl-disabled", "ACL support disabled");
  }

  static ApiError notFound() {
    return new ApiError(StatusCodes.FORBIDDEN, "acl-not-found", "ACL not found");
  }

  static ApiError invalid(String message) {
    return new ApiError(StatusCodes.INTERNAL_SERVER_ERROR, "acl-invalid", message);
  }

  private CompletionStage<HttpResponse> bootstrap(HttpRequest request) {
    Params params = Params.of(request, Set.of());
    String secret = UUID.randomUUID().toString();
    AclToken token =
        new AclToken(
            UUID.randomUUID().toString(),
            Secrets.hash(secret),
            "Bootstrap Token (Global Management)",
            List.of(AclPolicy.MANAGEMENT_ID),
            List.of(),
            List.of(),
            List.of(),
            false,
            clock.millis(),
            0,
            0,
            0,
            0);
    return acl.change(params, new TokenOp.Bootstrap(token, reset.getAsLong()), Requests.id(request))
        .thenApply(
            made ->
                Json.ok(
                    AclJson.Token.of(made.items().get(0), made.names(), secret).bootstrapped()));
  }

  /** There is one datacenter, and nothing is copied from another. */
  private static Map<String, Object> replication() {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("Enabled", false);
    status.put("Running", false);
    status.put("SourceDatacenter", "");
    status.put("ReplicationType", "");
    status.put("ReplicatedIndex", 0);
    status.put("ReplicatedRoleIndex", 0);
    status.put("ReplicatedTokenIndex", 0);
    status.put("LastSuccess", NEVER);
    status.put("LastError", NEVER);
    return status;
  }

  private static CompletionStage<HttpResponse> login(HttpRequest request, HttpEntity.Strict body) {
    throw notFound();
  }

  private static CompletionStage<HttpResponse> logout(HttpRequest request) {
    throw Access.secret(request).isEmpty() ? notFound() : Access.denied();
  }
}
