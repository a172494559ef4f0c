package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.SERVICES;
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
import io.flotilla.registry.AgentOp;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckEntry;
import io.flotilla.registry.Entire;
import io.flotilla.registry.Member;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
  private final AgentRights rights;
  private final Member self;
  private final String at;

  /**
   * @param self this node, as clients that connect to it know it
   */
  AgentRoutes(CatalogAnswers catalog, Member self) {
    this.catalog = catalog;
    this.self = self;
    this.at = self.name();
    this.rights = new AgentRights(catalog, at);
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET_OR_PUT.under(
            "/v1/agent/check/pass", Need.CHANGES, (id, r) -> note(id, r, Status.PASSING)),
        GET_OR_PUT.under(
            "/v1/agent/check/warn", Need.CHANGES, (id, r) -> note(id, r, Status.WARNING)),
        GET_OR_PUT.under(
            "/v1/agent/check/fail", Need.CHANGES, (id, r) -> note(id, r, Status.CRITICAL)),
        PUT.under("/v1/agent/check/update", Need.CHANGES, MAX_UPDATE_BYTES, this::update),
        PUT.at(
            "/v1/agent/check/register", Need.CHANGES, RegistryBody.MAX_BYTES, this::registerCheck),
        GET_OR_PUT.under("/v1/agent/check/deregister", Need.CHANGES, this::deregisterCheck),
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
        new CatalogRead.AgentServices(null, at),
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
        new CatalogRead.AgentChecks(at),
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
    Service service = RegistryBody.service(body, at, body.text("Name"), true, Client.name(request));
    Access.require(request, Resource.SERVICE, service.name(), Level.WRITE);
    AgentOp.RegisterService register =
        new AgentOp.RegisterService(
            self,
            service,
            checksOf(service, body),
            params.choice("replace-existing-checks"),
            catalog.clients().most(SERVICES));
    RequestId id = Requests.id(request, entity);
    return rights
        .toChangeService(service.id(), params, request)
        .thenCompose(may -> write(params, whole(register, register.checks()), id));
  }

  /** No earlier version of Flotilla may make another check of it. */
  private static Operation.Write<CatalogDraft, Result.Done> whole(
      Operation.Write<CatalogDraft, Result.Done> write, List<Check> checks) {
    return checks.stream().allMatch(c -> c.definition().kind() == null) ? write : new Entire(write);
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
    return rights
        .toChangeService(id, params, request)
        .thenCompose(may -> write(params, new AgentOp.DeregisterService(id, at), requestId));
  }

  // ---- checks

  private CompletionStage<HttpResponse> registerCheck(
      HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    String name = RegistryBody.required(body.text("Name"), "the check's name");
    Check check = CheckBody.agentCheck(body, at, name, name, body.text("ServiceID"));
    if (check.serviceId().isEmpty()) {
      Access.require(request, Resource.NODE, at, Level.WRITE);
    }
    RequestId requestId = Requests.id(request, entity);
    return rights
        .toChangeService(check.serviceId(), params, request)
        .thenCompose(may -> rights.toChangeCheck(check.id(), params, request))
        .thenCompose(
            may ->
                write(
                    params,
                    whole(new AgentOp.RegisterCheck(self, check), List.of(check)),
                    requestId));
  }

  private CompletionStage<HttpResponse> deregisterCheck(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of());
    RequestId requestId = Requests.id(request);
    return rights
        .toChangeCheck(id, params, request)
        .thenCompose(may -> write(params, new AgentOp.DeregisterCheck(id, at), requestId));
  }

  private CompletionStage<HttpResponse> note(String id, HttpRequest request, Status status) {
    Params params = Params.of(request, Set.of("note"));
    String note = params.text("note").orElse("");
    return update(
        request,
        params,
        new AgentOp.UpdateCheck(id, status, RegistryBody.output(note), at),
        Requests.id(request));
  }

  private CompletionStage<HttpResponse> update(
      String id, HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    AgentOp.UpdateCheck update =
        new AgentOp.UpdateCheck(
            id,
            CheckBody.status(body.text("Status")),
            RegistryBody.output(body.text("Output")),
            at);
    return update(request, params, update, Requests.id(request, entity));
  }

  private CompletionStage<HttpResponse> update(
      HttpRequest request, Params params, AgentOp.UpdateCheck update, RequestId requestId) {
    return rights
        .toChangeCheck(update.id(), params, request)
        .thenCompose(may -> write(params, update, requestId));
  }

  // ---- maintenance

  private CompletionStage<HttpResponse> serviceMaintenance(String id, HttpRequest request) {
    Params params = Params.of(request, Set.of("enable", "reason"));
    AgentOp.ServiceMaintenance change =
        new AgentOp.ServiceMaintenance(id, enable(params), reason(params), at);
    RequestId requestId = Requests.id(request);
    return rights
        .toChangeService(id, params, request)
        .thenCompose(may -> write(params, change, requestId));
  }

  private CompletionStage<HttpResponse> nodeMaintenance(HttpRequest request) {
    Params params = Params.of(request, Set.of("enable", "reason"));
    Access.require(request, Resource.NODE, self.name(), Level.WRITE);
    return write(
        params,
        new AgentOp.NodeMaintenance(self, enable(params), reason(params)),
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
