package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.GET_OR_PUT;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.Operation;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wait;
import io.flotilla.registry.AgentOp;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckEntry;
import io.flotilla.registry.Member;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * {@code /v1/agent/service/…}, {@code /v1/agent/check/…} and {@code /v1/agent/maintenance}
 * (https://developer.hashicorp.com/consul/api-docs/agent/service). Every Flotilla node answers for
 * everything registered through any of them.
 *
 * <p>Where older clients use GET to change something, GET is accepted too.
 */
final class AgentRoutes {
  private static final int MAX_CHECKS = 64;
  private static final int MAX_UPDATE_BYTES = 64 * 1024;

  private final CatalogAnswers catalog;
  private final Supplier<Member> self;

  /**
   * @param self this node, as clients that connect to it know it
   */
  AgentRoutes(CatalogAnswers catalog, Supplier<Member> self) {
    this.catalog = catalog;
    this.self = self;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET_OR_PUT.under(
            "/v1/agent/check/pass", Need.MANAGEMENT, (id, r) -> note(id, r, Status.PASSING)),
        GET_OR_PUT.under(
            "/v1/agent/check/warn", Need.MANAGEMENT, (id, r) -> note(id, r, Status.WARNING)),
        GET_OR_PUT.under(
            "/v1/agent/check/fail", Need.MANAGEMENT, (id, r) -> note(id, r, Status.CRITICAL)),
        PUT.under("/v1/agent/check/update", Need.MANAGEMENT, MAX_UPDATE_BYTES, this::update),
        PUT.at(
            "/v1/agent/check/register",
            Need.MANAGEMENT,
            RegistryBody.MAX_BYTES,
            this::registerCheck),
        GET_OR_PUT.under("/v1/agent/check/deregister", Need.MANAGEMENT, this::deregisterCheck),
        PUT.at(
            "/v1/agent/service/register",
            Need.CHANGES,
            RegistryBody.MAX_BYTES,
            this::registerService),
        GET_OR_PUT.under("/v1/agent/service/deregister", Need.CHANGES, this::deregisterService),
        PUT.under("/v1/agent/service/maintenance", Need.CHANGES, this::serviceMaintenance),
        PUT.at("/v1/agent/maintenance", Need.CHANGES, this::nodeMaintenance),
        GET.at("/v1/agent/services", Need.LISTS, this::services),
        GET.at("/v1/agent/checks", Need.LISTS, this::checks));
  }

  // ---- reads

  private CompletionStage<HttpResponse> services(HttpRequest request) {
    Params params = Params.of(request, Set.of("filter"));
    return catalog.read(
        request,
        params,
        new CatalogRead.AgentServices(null),
        Visible::registration,
        CatalogJson.SERVICE_FIELDS,
        (json, found) -> {
          json.writeStartObject();
          for (ServiceEntry e : found.items()) {
            json.writeFieldName(e.service().id());
            CatalogJson.agentService(json, e.service(), null);
          }
          json.writeEndObject();
        });
  }

  private CompletionStage<HttpResponse> checks(HttpRequest request) {
    Params params = Params.of(request, Set.of("filter"));
    return catalog.read(
        request,
        params,
        new CatalogRead.AgentChecks(),
        Visible::check,
        CatalogJson.CHECK_FIELDS,
        (json, found) -> {
          json.writeStartObject();
          for (CheckEntry check : found.items()) {
            json.writeFieldName(check.id());
            CatalogJson.check(json, check);
          }
          json.writeEndObject();
        });
  }

  // ---- services

  private CompletionStage<HttpResponse> registerService(
      HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of("replace-existing-checks"));
    JsonBody body = JsonBody.object(entity);
    Member origin = self.get();
    Service service = RegistryBody.service(body, origin.name(), body.text("Name"), true);
    Access.require(request, Resource.SERVICE, service.name(), Level.WRITE);
    AgentOp.RegisterService register =
        new AgentOp.RegisterService(
            origin, service, checksOf(service, body), params.choice("replace-existing-checks"));
    RequestId id = Requests.id(request, entity);
    return mayChange(service.id(), params, request).thenCompose(may -> write(params, register, id));
  }

  /** Fails if the service that has this id now must not be changed by whoever asks. */
  private CompletionStage<Void> mayChange(String id, Params params, HttpRequest request) {
    return Access.isRestricted(request)
        ? catalog
            .ask(params, new CatalogRead.AgentServices(id), Wait.NOT)
            .thenAccept(
                found ->
                    found
                        .items()
                        .forEach(
                            entry ->
                                Access.require(
                                    request,
                                    Resource.SERVICE,
                                    entry.service().name(),
                                    Level.WRITE)))
        : CompletableFuture.completedFuture(null);
  }

  /** {@code service:ID} is the only check, {@code service:ID:1} the first of several. */
  private static List<Check> checksOf(Service service, JsonBody body) {
    List<JsonNode> all =
        Stream.concat(Stream.ofNullable(body.get("Check")), body.list("Checks")).toList();
    if (all.size() > MAX_CHECKS) {
      throw ApiError.badParameter("A service has at most " + MAX_CHECKS + " checks.");
    }
    List<Check> checks = new ArrayList<>();
    for (JsonNode check : all) {
      String id = "service:" + service.id() + (all.size() == 1 ? "" : ":" + (checks.size() + 1));
      checks.add(
          CheckBody.agentCheck(
              JsonBody.object(check),
              service.node(),
              id,
              "Service '" + service.name() + "' check",
              service.id()));
    }
    return checks;
  }

  private CompletionStage<HttpResponse> deregisterService(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    RequestId requestId = Requests.id(request);
    return mayChange(id, params, request)
        .thenCompose(may -> write(params, new AgentOp.DeregisterService(id), requestId));
  }

  // ---- checks

  private CompletionStage<HttpResponse> registerCheck(
      HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    Member origin = self.get();
    String name = RegistryBody.required(body.text("Name"), "the check's name");
    Check check = CheckBody.agentCheck(body, origin.name(), name, name, body.text("ServiceID"));
    return write(params, new AgentOp.RegisterCheck(origin, check), Requests.id(request, entity));
  }

  private CompletionStage<HttpResponse> deregisterCheck(String id, HttpRequest request) {
    return write(
        Params.of(request, Set.of()), new AgentOp.DeregisterCheck(id), Requests.id(request));
  }

  private CompletionStage<HttpResponse> note(String id, HttpRequest request, Status status) {
    Params params = Params.of(request, Set.of("note"));
    String note = params.text("note").orElse("");
    return update(params, id, status, note, Requests.id(request));
  }

  private CompletionStage<HttpResponse> update(
      String id, HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    return update(
        params,
        id,
        CheckBody.status(body.text("Status")),
        body.text("Output"),
        Requests.id(request, entity));
  }

  private CompletionStage<HttpResponse> update(
      Params params, String id, Status status, String output, RequestId requestId) {
    return write(
        params, new AgentOp.UpdateCheck(id, status, RegistryBody.output(output)), requestId);
  }

  // ---- maintenance

  private CompletionStage<HttpResponse> serviceMaintenance(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of("enable", "reason"));
    AgentOp.ServiceMaintenance change =
        new AgentOp.ServiceMaintenance(id, enable(params), reason(params));
    RequestId requestId = Requests.id(request);
    return mayChange(id, params, request).thenCompose(may -> write(params, change, requestId));
  }

  private CompletionStage<HttpResponse> nodeMaintenance(HttpRequest request) {
    Params params = Params.of(request, Set.of("enable", "reason"));
    Access.require(request, Resource.NODE, self.get().name(), Level.WRITE);
    return write(
        params,
        new AgentOp.NodeMaintenance(self.get(), enable(params), reason(params)),
        Requests.id(request));
  }

  private static boolean enable(Params params) {
    if (!params.has("enable")) {
      throw ApiError.badParameter("Missing value for enable: true or false.");
    }
    return params.choice("enable");
  }

  private static String reason(Params params) {
    return RegistryBody.bounded(
        "reason", params.text("reason").orElse(""), RegistryBody.MAX_NOTES_BYTES);
  }

  private CompletionStage<HttpResponse> write(
      Params params, Operation.Write<CatalogDraft, Result.Done> write, RequestId id) {
    return catalog.write(params, write, id, HttpResponse.create());
  }
}
