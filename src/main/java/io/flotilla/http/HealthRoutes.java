package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CatalogResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * {@code /v1/health/…}: services with their health, and checks
 * (https://developer.hashicorp.com/consul/api-docs/health). A look-up by name is {@code
 * health/service/NAME?passing}.
 */
final class HealthRoutes {
  private static final Set<String> SERVICE_PARAMS =
      Set.of("passing", "tag", "node-meta", "filter", "cached");
  private static final Set<String> CHECK_PARAMS = Set.of("node-meta", "filter", "cached");

  private final CatalogAnswers catalog;

  HealthRoutes(CatalogAnswers catalog) {
    this.catalog = catalog;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.under("/v1/health/service", Need.LISTS, Caching.under(this::service)),
        GET.under("/v1/health/checks", Need.LISTS, this::checksOfService),
        GET.under("/v1/health/node", Need.LISTS, this::checksOfNode),
        GET.under("/v1/health/state", Need.LISTS, this::checksInState));
  }

  private CompletionStage<HttpResponse> service(String name, HttpRequest request) {
    Params params = Params.of(request, SERVICE_PARAMS);
    return catalog.read(
        request,
        params,
        new CatalogRead.Instances(
            name,
            params.choice("passing"),
            Params.all(request, "tag"),
            CatalogAnswers.nodeMeta(request)),
        Visible::instance,
        CatalogJson.ENTRY_FIELDS,
        (json, found) -> CatalogJson.list(json, found.items(), CatalogJson::entry));
  }

  private CompletionStage<HttpResponse> checksOfService(String name, HttpRequest request) {
    Params params = Params.of(request, CHECK_PARAMS);
    Map<String, String> meta = CatalogAnswers.nodeMeta(request);
    return checks(request, params, new CatalogRead.ServiceChecks(name, meta));
  }

  private CompletionStage<HttpResponse> checksOfNode(String node, HttpRequest request) {
    Params params = Params.of(request, CHECK_PARAMS);
    return checks(request, params, new CatalogRead.NodeChecks(node));
  }

  private CompletionStage<HttpResponse> checksInState(String state, HttpRequest request) {
    Params params = Params.of(request, CHECK_PARAMS);
    return checks(
        request,
        params,
        new CatalogRead.ChecksInState(
            state.equals("any") ? null : CheckBody.status(state),
            CatalogAnswers.nodeMeta(request)));
  }

  private CompletionStage<HttpResponse> checks(
      HttpRequest request, Params params, CatalogRead<CatalogResult.Checks> read) {
    return catalog.read(
        request,
        params,
        read,
        Visible::check,
        CatalogJson.CHECK_FIELDS,
        (json, found) -> CatalogJson.list(json, found.items(), CatalogJson::check));
  }
}
