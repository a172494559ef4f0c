package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.registry.coordinator.Coordinator.Status;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** {@code GET /v1/coordinator}: where the coordinator lives, since when, and what it does. */
final class CoordinatorRoutes {
  private final CoordinatorView coordinator;

  CoordinatorRoutes(CoordinatorView coordinator) {
    this.coordinator = coordinator;
  }

  List<Endpoint> endpoints() {
    return List.of(GET.at("/v1/coordinator", this::status));
  }

  private CompletionStage<HttpResponse> status(HttpRequest request) {
    Params.of(request, Set.of());
    return coordinator
        .status()
        .handle((status, failure) -> failure == null ? Json.ok(json(status)) : none().response());
  }

  /** There is none at the moment, or it can't be reached from here. */
  static ApiError none() {
    return new ApiError(
        StatusCodes.SERVICE_UNAVAILABLE,
        "no-coordinator",
        "The coordinator does not answer; it may be moving to another node. Try again in a moment."
            + " Lookups and balancing go on meanwhile.");
  }

  private static Map<String, Object> json(Status s) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("Node", s.node());
    json.put("Since", Instant.ofEpochMilli(s.sinceMillis()).toString());
    json.put("Table", Map.of("Term", s.table().term(), "Number", s.table().number()));
    json.put("Namespaces", s.namespaces());
    json.put("Services", s.services());
    json.put("Followers", s.nodes());
    json.put("Checks", s.checks());
    json.put("ChecksPerSecond", s.checksPerSecond());
    json.put("ChecksUnderWay", s.checksUnderWay());
    json.put("ChecksWaiting", s.checksWaiting());
    return json;
  }
}
