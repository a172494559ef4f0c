package io.flotilla.http;

import static io.flotilla.http.Endpoints.DELETE;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.acl.AclRead;
import io.flotilla.acl.AclResult;
import io.flotilla.acl.AclRole;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.acl.RoleOp;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** {@code /v1/acl/role…} (https://developer.hashicorp.com/consul/api-docs/acl/roles). */
final class RoleRoutes {
  private static final String ROLE = "/v1/acl/role";

  private final AclAnswers acl;

  RoleRoutes(AclAnswers acl) {
    this.acl = acl;
  }

  List<Endpoint> endpoints() {
    Need reads = Need.of(Resource.ACL, Level.READ);
    return List.of(
        GET.at("/v1/acl/roles", reads, this::list),
        GET.under("/v1/acl/role/name", reads, (name, r) -> read(null, name, r)),
        PUT.at(ROLE, Need.MANAGEMENT, AclBody.MAX_BYTES, this::create),
        GET.under(ROLE, reads, (id, r) -> read(id, null, r)),
        PUT.under(ROLE, Need.MANAGEMENT, AclBody.MAX_BYTES, this::change),
        DELETE.under(ROLE, Need.MANAGEMENT, this::delete));
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    Params params = Params.of(request, Set.of("policy"));
    return acl.whole(
        params,
        new AclRead.Roles(null, null, params.text("policy").orElse(null)),
        found ->
            Json.ok(found.items().stream().map(r -> AclJson.Role.of(r, found.names())).toList()));
  }

  private CompletionStage<HttpResponse> read(String id, String name, HttpRequest request) {
    return acl.whole(
        Params.of(request, Set.of()), new AclRead.Roles(id, name, null), RoleRoutes::one);
  }

  private static HttpResponse one(AclResult.Roles found) {
    if (found.items().isEmpty()) {
      throw AclRoutes.notFound();
    }
    return Json.ok(AclJson.Role.of(found.items().get(0), found.names()));
  }

  private CompletionStage<HttpResponse> create(HttpRequest request, HttpEntity.Strict body) {
    JsonBody given = JsonBody.object(body);
    if (given.isGiven("ID")) {
      throw ApiError.badParameter("Cannot specify the ID when creating a new role");
    }
    return put(UUID.randomUUID().toString(), true, given, request, body);
  }

  private CompletionStage<HttpResponse> change(
      String path, HttpRequest request, HttpEntity.Strict body) {
    JsonBody given = JsonBody.object(body);
    return put(AclBody.id(path, given.text("ID"), "Role ID"), false, given, request, body);
  }

  private CompletionStage<HttpResponse> put(
      String id, boolean create, JsonBody given, HttpRequest request, HttpEntity.Strict body) {
    AclRole role =
        new AclRole(
            id,
            given.text("Name"),
            given.text("Description"),
            List.of(),
            AclBody.services(given),
            AclBody.nodes(given),
            0,
            0);
    return acl.change(
            Params.of(request, Set.of()),
            new RoleOp.Put(role, AclBody.links(given, "Policies"), create),
            Requests.id(request, body))
        .thenApply(made -> ConsulHeaders.fresh(one(made), made.index()));
  }

  private CompletionStage<HttpResponse> delete(String id, HttpRequest request) {
    return acl.delete(Params.of(request, Set.of()), new RoleOp.Delete(id), Requests.id(request))
        .thenApply(done -> ConsulHeaders.fresh(Json.ok(true), done.index()));
  }
}
