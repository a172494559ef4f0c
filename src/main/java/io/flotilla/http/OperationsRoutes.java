package io.flotilla.http;

import static akka.http.javadsl.server.Directives.complete;
import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.extractRequest;
import static akka.http.javadsl.server.Directives.get;
import static akka.http.javadsl.server.Directives.path;
import static akka.http.javadsl.server.PathMatchers.segment;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.Route;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * For those who run it. {@code /alive}: the process answers. {@code /ready}: it can serve reads and
 * writes, 503 with the reason if not. {@code /metrics}: Prometheus. {@code /v1/cluster}: members,
 * roles, leader, shards.
 */
final class OperationsRoutes {
  private final ClusterView cluster;
  private final PrometheusMeterRegistry metrics;

  OperationsRoutes(ClusterView cluster, PrometheusMeterRegistry metrics) {
    this.cluster = cluster;
    this.metrics = metrics;
  }

  /** Asked by probes that have no token. */
  Route open() {
    return get(
        () ->
            concat(
                path("alive", () -> complete(Json.ok(Map.of("alive", true)))),
                path("ready", () -> complete(ready()))));
  }

  Route routes() {
    return get(
        () ->
            concat(
                path("metrics", () -> complete(metrics())),
                path(
                    segment("v1").slash("replication"),
                    () ->
                        extractRequest(
                            request -> {
                              Params.of(request, Set.of());
                              return completeWithFuture(replication());
                            })),
                path(
                    segment("v1").slash("cluster"),
                    () ->
                        extractRequest(
                            request -> {
                              Params.of(request, Set.of());
                              return completeWithFuture(
                                  cluster.snapshot().thenApply(s -> Json.ok((Object) s)));
                            }))));
  }

  private HttpResponse ready() {
    return cluster
        .notReady()
        .map(why -> ApiError.response(StatusCodes.SERVICE_UNAVAILABLE, "not-ready", why))
        .orElseGet(() -> Json.ok(Map.of("ready", true)));
  }

  /** Compares the members' states; one that did not answer is neither in sync nor out of it. */
  private CompletionStage<HttpResponse> replication() {
    return cluster
        .digests()
        .handle(
            (digests, failure) -> {
              if (failure != null) {
                throw new ApiError(
                    StatusCodes.SERVICE_UNAVAILABLE,
                    "unavailable",
                    "The members could not be asked: there is no majority now.");
              }
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("Digests", new TreeMap<>(digests));
              answer.put("InSync", new HashSet<>(digests.values()).size() == 1);
              return Json.ok((Object) answer);
            });
  }

  private HttpResponse metrics() {
    return HttpResponse.create()
        .withEntity(
            ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8"),
            metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }
}
