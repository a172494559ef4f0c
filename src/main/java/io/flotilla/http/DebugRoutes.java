package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import java.util.List;
import java.util.Set;

/** {@code GET /v1/debug}: what {@code ./flotilla debug} asks of each node. */
final class DebugRoutes {
  private final ClusterStatus cluster;

  DebugRoutes(ClusterStatus cluster) {
    this.cluster = cluster;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at(
            "/v1/debug",
            Need.OPERATOR_READS,
            request -> {
              Params.of(request, Set.of());
              return cluster.report().thenApply(report -> Json.ok((Object) report));
            }));
  }
}
