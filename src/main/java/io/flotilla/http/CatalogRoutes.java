package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.SERVICES;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.entity.RequestId;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CatalogResult;
import io.flotilla.registry.Check;
import io.flotilla.registry.Node;
import io.flotilla.registry.NodeOp;
import io.flotilla.registry.Service;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * {@code /v1/catalog/…}: nodes and services
 * (https://developer.hashicorp.com/consul/api-docs/catalog).
 */
final class CatalogRoutes {
  private static final Set<String> LIST_PARAMS = Set.of("node-meta", "filter", "cached");
  private static final Set<String> SERVICE_PARAMS = Set.of("tag", "node-meta", "filter", "cached");
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};

  private static final Need NODE = Need.below("/v1/catalog/node", Resource.NODE, Level.READ);
  private static final Need NODE_SERVICES =
      Need.below("/v1/catalog/node-services", Resource.NODE, Level.READ);

  private final CatalogAnswers catalog;
  private final CatalogRights rights;

  CatalogRoutes(CatalogAnswers catalog) {
    this.catalog = catalog;
    this.rights = new CatalogRights(catalog);
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/catalog/services", Need.LISTS, Caching.at(this::services)),
        GET.at("/v1/catalog/nodes", Need.LISTS, this::nodes),
        GET.under("/v1/catalog/service", Need.LISTS, Caching.under(this::service)),
        GET.under("/v1/catalog/node", NODE, this::node),
        PUT.at("/v1/catalog/register", Need.CHANGES, RegistryBody.MAX_BYTES, this::register),
        PUT.at("/v1/catalog/deregister", Need.CHANGES, RegistryBody.MAX_BYTES, this::deregister),
        GET.under("/v1/catalog/node-services", NODE_SERVICES, this::nodeServices));
  }

  // ---- reads

  private CompletionStage<HttpResponse> services(HttpRequest request) {
    Params params = Params.of(request, Set.of("node-meta", "cached"));
    return catalog.read(
        request,
        params,
        new CatalogRead.Services(CatalogAnswers.nodeMeta(request)),
        Visible::name,
        Set.of(),
        (json, found) -> {
          json.writeStartObject();
          for (CatalogResult.NameAndTags s : found.items()) {
            json.writeFieldName(s.name());
            CatalogJson.list(json, s.tags(), JsonGenerator::writeString);
          }
          json.writeEndObject();
        });
  }

  private CompletionStage<HttpResponse> nodes(HttpRequest request) {
    Params params = Params.of(request, LIST_PARAMS);
    return catalog.read(
        request,
        params,
        new CatalogRead.Nodes(CatalogAnswers.nodeMeta(request)),
        Visible::node,
        CatalogJson.NODE_FIELDS,
        (json, found) -> CatalogJson.list(json, found.items(), CatalogJson::node));
  }

  /** In the same order as {@code health/service}, because Traefik combines the two. */
  private CompletionStage<HttpResponse> service(String name, HttpRequest request) {
    Params params = Params.of(request, SERVICE_PARAMS);
    return catalog.read(
        request,
        params,
        new CatalogRead.Instances(
            name, false, Params.all(request, "tag"), CatalogAnswers.nodeMeta(request)),
        Visible::instance,
        CatalogJson.FLAT_FIELDS,
        (json, found) -> CatalogJson.list(json, found.items(), CatalogJson::flat));
  }

  private CompletionStage<HttpResponse> node(String name, HttpRequest request) {
    return onNode(name, request, CatalogRoutes::node);
  }

  /** As {@code catalog/node}, but with the services in a list. */
  private CompletionStage<HttpResponse> nodeServices(String name, HttpRequest request) {
    return onNode(name, request, CatalogRoutes::nodeServices);
  }

  private CompletionStage<HttpResponse> onNode(
      String name, HttpRequest request, CatalogAnswers.Body<CatalogResult.NodeServices> body) {
    Params params = Params.of(request, Set.of("filter"));
    return catalog.read(
        request,
        params,
        new CatalogRead.NodeServices(name),
        Visible::service,
        CatalogJson.SERVICE_FIELDS,
        "Services",
        body);
  }

  private static void nodeServices(JsonGenerator json, CatalogResult.NodeServices found)
      throws IOException {
    json.writeStartObject();
    json.writeFieldName("Node");
    if (found.node() == null) {
      json.writeNull();
    } else {
      CatalogJson.node(json, found.node());
    }
    json.writeFieldName("Services");
    CatalogJson.list(json, found.items(), CatalogJson::service);
    json.writeEndObject();
  }

  private static void node(JsonGenerator json, CatalogResult.NodeServices found)
      throws IOException {
    if (found.node() == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeFieldName("Node");
    CatalogJson.node(json, found.node());
    json.writeObjectFieldStart("Services");
    for (Service service : found.items()) {
      json.writeFieldName(service.id());
      CatalogJson.service(json, service);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  // ---- writes

  private CompletionStage<HttpResponse> register(HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    Params.checkDatacenter(body.text("Datacenter"));
    String name = nodeName(body);
    JsonBody described = body.child("Service");
    Service service =
        described == null
            ? null
            : RegistryBody.service(
                described, name, described.text("Service"), false, Client.name(request));
    NodeOp.Register register =
        new NodeOp.Register(
            node(body, name),
            body.flag("SkipNodeUpdate"),
            service,
            checks(body, name),
            catalog.clients().most(SERVICES));
    RequestId id = Requests.id(request, entity);
    return rights
        .toRegister(register, params, request)
        .thenCompose(may -> catalog.write(params, register, id, Json.ok(TRUE)));
  }

  private static Node node(JsonBody body, String name) {
    String address = body.text("Address");
    if (address.isEmpty() && !body.flag("SkipNodeUpdate")) {
      throw ApiError.badParameter(
          "Must provide address if SkipNodeUpdate is not set; it may be a name too.");
    }
    return RegistryBody.node(body, name, "NodeMeta");
  }

  private static List<Check> checks(JsonBody body, String node) {
    return Stream.concat(body.list("Checks"), Stream.ofNullable(body.get("Check")))
        .map(JsonBody::object)
        .map(check -> externalCheck(check, node))
        .toList();
  }

  private static Check externalCheck(JsonBody check, String node) {
    String named = check.text("Node");
    if (!named.isEmpty() && !named.equals(node)) {
      throw ApiError.badParameter(
          "Check node '" + named + "' doesn't match the request's node '" + node + "'.");
    }
    return CheckBody.externalCheck(check, node);
  }

  private CompletionStage<HttpResponse> deregister(HttpRequest request, HttpEntity.Strict entity) {
    Params params = Params.of(request, Set.of());
    JsonBody body = JsonBody.object(entity);
    Params.checkDatacenter(body.text("Datacenter"));
    NodeOp.Deregister deregister =
        new NodeOp.Deregister(
            nodeName(body),
            body.text("ServiceID").isEmpty() ? null : body.text("ServiceID"),
            body.text("CheckID").isEmpty() ? null : body.text("CheckID"));
    RequestId id = Requests.id(request, entity);
    return rights
        .toDeregister(deregister, params, request)
        .thenCompose(may -> catalog.write(params, deregister, id, Json.ok(TRUE)));
  }

  private static String nodeName(JsonBody body) {
    return RegistryBody.bounded(
        "Node",
        RegistryBody.required(body.text("Node"), "the name of the Node"),
        RegistryBody.MAX_NAME_BYTES);
  }
}
