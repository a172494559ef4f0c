package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.entity.Wait;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * What Consul has and Flotilla has none of: configuration entries, the mesh. Programs that look for
 * them find empty lists, as in a Consul where nobody has made any.
 */
final class AbsentRoutes {
  private AbsentRoutes() {}

  static List<Endpoint> endpoints() {
    return List.of(
        GET.under("/v1/config", Need.NOTHING, AbsentRoutes::config),
        GET.under("/v1/health/connect", Need.NOTHING, (name, request) -> none(request)),
        GET.under("/v1/health/ingress", Need.NOTHING, (name, request) -> none(request)),
        GET.under("/v1/catalog/connect", Need.NOTHING, (name, request) -> none(request)),
        GET.under("/v1/catalog/gateway-services", Need.NOTHING, (name, request) -> none(request)),
        GET.at("/v1/connect/intentions", Need.NOTHING, AbsentRoutes::none),
        PUT.at("/v1/agent/reload", Need.OPERATOR_CHANGES, AbsentRoutes::reload));
  }

  /** Success would say that what was written into the files holds. */
  private static CompletionStage<HttpResponse> reload(HttpRequest request) {
    throw new ApiError(
        StatusCodes.INTERNAL_SERVER_ERROR,
        "not-supported",
        "Failed to reload: settings are read when a node starts; new certificates it takes by itself");
  }

  /** {@code config/KIND} is a list, {@code config/KIND/NAME} one of it. */
  private static CompletionStage<HttpResponse> config(String path, HttpRequest request) {
    String[] parts = path.split("/", 2);
    return parts.length == 1
        ? none(request)
        : missing("Config entry not found for \"" + parts[0] + "\" / \"" + parts[1] + "\"");
  }

  private static CompletionStage<HttpResponse> missing(String message) {
    throw new ApiError(StatusCodes.NOT_FOUND, "not-found", message);
  }

  private static CompletionStage<HttpResponse> none(HttpRequest request) {
    return constant(request, List.of());
  }

  /** An answer that never changes: who waits for a change waits for the whole time. */
  static CompletionStage<HttpResponse> constant(HttpRequest request, List<?> items) {
    Wait wait = Requests.wait(Params.of(request, Set.of()));
    HttpResponse answer = ConsulHeaders.fresh(Json.ok((Object) items), 1);
    if (wait == Wait.NOT) {
      return CompletableFuture.completedFuture(answer);
    }
    CompletableFuture<HttpResponse> late =
        new CompletableFuture<HttpResponse>()
            .completeOnTimeout(answer, wait.most().toMillis(), TimeUnit.MILLISECONDS);
    wait.over().thenRun(() -> late.complete(answer));
    return late;
  }
}
