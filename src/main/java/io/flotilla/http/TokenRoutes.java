package io.flotilla.http;

import static io.flotilla.acl.AclPolicy.MANAGEMENT;
import static io.flotilla.http.Endpoints.DELETE;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.acl.AclRead;
import io.flotilla.acl.AclResult;
import io.flotilla.acl.AclToken;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.acl.Secrets;
import io.flotilla.acl.TokenOp;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * {@code /v1/acl/token…} (https://developer.hashicorp.com/consul/api-docs/acl/tokens). A secret is
 * shown once, to whoever made the token; after that only to whoever shows it.
 */
final class TokenRoutes {
  private static final String TOKEN = "/v1/acl/token";
  private static final String CLONE = "/clone";

  private final AclAnswers acl;
  private final String own;
  private final Clock clock;

  /**
   * @param own secret of the node's own token, which is not among those that are stored; or empty
   * @param clock the time of day, for people to read
   */
  TokenRoutes(AclAnswers acl, String own, Clock clock) {
    this.acl = acl;
    this.own = own;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    Need reads = Need.of(Resource.ACL, Level.READ);
    return List.of(
        GET.at("/v1/acl/tokens", reads, this::list),
        GET.at("/v1/acl/token/self", Need.NOTHING, this::self),
        PUT.at(TOKEN, Need.MANAGEMENT, AclBody.MAX_BYTES, this::create),
        GET.under(TOKEN, reads, this::read),
        PUT.under(TOKEN, Need.MANAGEMENT, AclBody.MAX_BYTES, this::change),
        DELETE.under(TOKEN, Need.MANAGEMENT, this::delete));
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    Params params = Params.of(request, Set.of("policy", "role", "authmethod"));
    String policy = params.text("policy").orElse(null);
    String role = params.text("role").orElse(null);
    boolean alsoOwn =
        !own.isEmpty() && role == null && (policy == null || policy.equals(MANAGEMENT.id()));
    Shown shown = new Shown(Access.secret(request));
    return acl.whole(
        params,
        new AclRead.Tokens(null, policy, role),
        found ->
            Json.ok(
                Stream.concat(
                        alsoOwn ? Stream.of(shown.ofNode()) : Stream.empty(),
                        found.items().stream().map(t -> shown.token(t, found.names())))
                    .sorted(Comparator.comparing(AclJson.Token::accessor))
                    .toList()));
  }

  /**
   * Tokens as somebody sees them who has shown a secret: his own with it, and nobody's, which isn't
   * one.
   */
  private final class Shown {
    private final String secret;
    private final String hash;

    Shown(String secret) {
      this.secret = secret.isEmpty() ? AclToken.ANONYMOUS_SECRET : secret;
      this.hash = Secrets.hash(this.secret);
    }

    AclJson.Token token(AclToken token, Map<String, String> names) {
      String seen = token.secretHash().equals(hash) ? secret : AclJson.HIDDEN;
      boolean isNobodys = token.accessor().equals(AclToken.ANONYMOUS_ID);
      return AclJson.Token.of(token, names, isNobodys ? AclToken.ANONYMOUS_SECRET : seen);
    }

    AclJson.Token ofNode() {
      Map<String, String> names = Map.of(MANAGEMENT.id(), MANAGEMENT.name());
      String seen = Secrets.same(secret, own) ? secret : AclJson.HIDDEN;
      return AclJson.Token.of(AclToken.OF_NODE, names, seen);
    }
  }

  private CompletionStage<HttpResponse> self(HttpRequest request) {
    Params params = Params.of(request, Set.of());
    Shown shown = new Shown(Access.secret(request));
    return Access.grant(request).filter(g -> g.accessor().equals(Grants.NODE)).isPresent()
        ? ofNode(shown)
        : acl.whole(params, new AclRead.Own(shown.hash), found -> one(found, shown));
  }

  private static CompletionStage<HttpResponse> ofNode(Shown shown) {
    return CompletableFuture.completedFuture(ConsulHeaders.fresh(Json.ok(shown.ofNode()), 1));
  }

  private CompletionStage<HttpResponse> read(String accessor, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    Shown shown = new Shown(Access.secret(request));
    return !own.isEmpty() && accessor.equals(AclToken.OF_NODE.accessor())
        ? ofNode(shown)
        : acl.whole(params, new AclRead.Tokens(accessor, null, null), found -> one(found, shown));
  }

  private static HttpResponse one(AclResult.Tokens found, Shown shown) {
    AclToken token = found.items().stream().findFirst().orElseThrow(AclRoutes::notFound);
    return Json.ok(shown.token(token, found.names()));
  }

  private static HttpResponse one(AclResult.Tokens found, String secret) {
    if (found.items().isEmpty()) {
      throw AclRoutes.notFound();
    }
    return Json.ok(AclJson.Token.of(found.items().get(0), found.names(), secret));
  }

  private CompletionStage<HttpResponse> create(HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of());
    JsonBody given = JsonBody.object(body);
    String secret = chosen(given, "SecretID");
    TokenOp.checkNew("SecretID", secret, false);
    long now = clock.millis();
    AclToken token = token(given, chosen(given, "AccessorID"), Secrets.hash(secret), now);
    TokenOp.Create create =
        new TokenOp.Create(
            token,
            AclBody.links(given, "Policies"),
            AclBody.links(given, "Roles"),
            token.expiresMillis() == 0 ? 0 : token.expiresMillis() - now);
    return acl.change(params, create, Requests.id(request, body))
        .thenApply(made -> ConsulHeaders.fresh(one(made, secret), made.index()));
  }

  private static String chosen(JsonBody given, String name) {
    String id = given.text(name);
    return id.isEmpty() ? UUID.randomUUID().toString() : id;
  }

  /** Neither policies nor roles, which the operation finds. */
  private static AclToken token(JsonBody given, String accessor, String hash, long now) {
    for (String old : List.of("Rules", "Type")) {
      if (given.isGiven(old)) {
        throw AclRoutes.invalid(old + " cannot be specified for this token");
      }
    }
    if (given.isGiven("AuthMethod")) {
      throw AclRoutes.invalid("AuthMethod field is disallowed outside of Login");
    }
    return new AclToken(
        accessor,
        hash,
        given.text("Description"),
        List.of(),
        List.of(),
        AclBody.services(given),
        AclBody.nodes(given),
        given.flag("Local"),
        now,
        expires(given, now),
        0,
        0,
        0);
  }

  private static long expires(JsonBody given, long now) {
    long at = AclBody.time(given, "ExpirationTime");
    long ttl = given.millis("ExpirationTTL");
    if (at != 0 && ttl != 0) {
      throw AclRoutes.invalid("Token Expiration TTL and Expiration Time cannot both be set");
    } else if (at != 0 && at <= now) {
      throw AclRoutes.invalid("ExpirationTime cannot be before CreateTime");
    }
    return ttl == 0 ? at : now + ttl;
  }

  private CompletionStage<HttpResponse> change(
      String path, HttpRequest request, HttpEntity.Strict body) {
    Params params = Params.of(request, Set.of());
    JsonBody given = JsonBody.object(body);
    if (path.endsWith(CLONE)) {
      return copy(path.substring(0, path.length() - CLONE.length()), params, request, body);
    }
    String accessor = AclBody.id(path, given.text("AccessorID"), "Token Accessor ID");
    String secret = given.text("SecretID");
    if (given.millis("ExpirationTTL") != 0) {
      throw AclRoutes.invalid("Cannot change expiration time of " + accessor);
    }
    boolean isKnown = !secret.isEmpty() && !secret.equals(AclJson.HIDDEN);
    TokenOp.Update update =
        new TokenOp.Update(
            token(given, accessor, isKnown ? Secrets.hash(secret) : "", 0),
            AclBody.links(given, "Policies"),
            AclBody.links(given, "Roles"));
    return acl.change(params, update, Requests.id(request, body))
        .thenApply(
            made ->
                ConsulHeaders.fresh(one(made, isKnown ? secret : AclJson.HIDDEN), made.index()));
  }

  private CompletionStage<HttpResponse> copy(
      String from, Params params, HttpRequest request, HttpEntity.Strict body) {
    String secret = UUID.randomUUID().toString();
    TokenOp.Clone copy =
        new TokenOp.Clone(
            from,
            UUID.randomUUID().toString(),
            Secrets.hash(secret),
            JsonBody.object(body).text("Description"),
            clock.millis());
    return acl.change(params, copy, Requests.id(request, body))
        .thenApply(made -> ConsulHeaders.fresh(one(made, secret), made.index()));
  }

  private CompletionStage<HttpResponse> delete(String accessor, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    TokenOp.Delete delete = new TokenOp.Delete(accessor, Secrets.hash(Access.secret(request)));
    return acl.delete(params, delete, Requests.id(request))
        .thenApply(done -> ConsulHeaders.fresh(Json.ok(true), done.index()));
  }
}
