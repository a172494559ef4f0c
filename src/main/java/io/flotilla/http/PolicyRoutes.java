package io.flotilla.http;

import static io.flotilla.http.Endpoints.DELETE;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.acl.AclPolicy;
import io.flotilla.acl.AclRead;
import io.flotilla.acl.AclResult;
import io.flotilla.acl.Level;
import io.flotilla.acl.PolicyOp;
import io.flotilla.acl.Resource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** {@code /v1/acl/polic…} (https://developer.hashicorp.com/consul/api-docs/acl/policies). */
final class PolicyRoutes {
  private static final String POLICY = "/v1/acl/policy";

  private final AclAnswers acl;

  PolicyRoutes(AclAnswers acl) {
    this.acl = acl;
  }

  List<Endpoint> endpoints() {
    Need reads = Need.of(Resource.ACL, Level.READ);
    return List.of(
        GET.at("/v1/acl/policies", reads, this::list),
        GET.under("/v1/acl/policy/name", reads, (name, r) -> read(null, name, r)),
        PUT.at(POLICY, Need.MANAGEMENT, AclBody.MAX_BYTES, this::create),
        GET.under(POLICY, reads, (id, r) -> read(id, null, r)),
        PUT.under(POLICY, Need.MANAGEMENT, AclBody.MAX_BYTES, this::change),
        DELETE.under(POLICY, Need.MANAGEMENT, this::delete));
  }

  private CompletionStage<HttpResponse> list(HttpRequest request) {
    return acl.whole(
        Params.of(request, Set.of()),
        new AclRead.Policies(null, null),
        found -> Json.ok(found.items().stream().map(AclJson.Policy::inList).toList()));
  }

  private CompletionStage<HttpResponse> read(String id, String name, HttpRequest request) {
    return acl.whole(
        Params.of(request, Set.of()), new AclRead.Policies(id, name), PolicyRoutes::one);
  }

  private static HttpResponse one(AclResult.Policies found) {
    if (found.items().isEmpty()) {
      throw AclRoutes.notFound();
    }
    return Json.ok(AclJson.Policy.of(found.items().get(0)));
  }

  private CompletionStage<HttpResponse> create(HttpRequest request, HttpEntity.Strict body) {
    JsonBody given = JsonBody.object(body);
    if (given.isGiven("ID")) {
      throw ApiError.badParameter("Cannot specify the ID when creating a new policy");
    }
    return put(UUID.randomUUID().toString(), true, given, request, body);
  }

  private CompletionStage<HttpResponse> change(
      String path, HttpRequest request, HttpEntity.Strict body) {
    JsonBody given = JsonBody.object(body);
    return put(AclBody.id(path, given.text("ID"), "Policy ID"), false, given, request, body);
  }

  private CompletionStage<HttpResponse> put(
      String id, boolean create, JsonBody given, HttpRequest request, HttpEntity.Strict body) {
    AclPolicy policy =
        new AclPolicy(
            id,
            given.text("Name"),
            given.text("Description"),
            given.text("Rules"),
            given.texts("Datacenters"),
            0,
            0);
    return acl.change(
            Params.of(request, Set.of()),
            new PolicyOp.Put(policy, create),
            Requests.id(request, body))
        .thenApply(made -> ConsulHeaders.fresh(one(made), made.index()));
  }

  private CompletionStage<HttpResponse> delete(String id, HttpRequest request) {
    return acl.delete(Params.of(request, Set.of()), new PolicyOp.Delete(id), Requests.id(request))
        .thenApply(done -> ConsulHeaders.fresh(Json.ok(true), done.index()));
  }
}
