package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** Whether it is answered however little room there is, and without a token. */
  static boolean isOpen(HttpRequest request) {
    String path = request.getUri().getPathString();
    return request.method().equals(HttpMethods.GET)
        && (path.equals("/alive") || path.equals("/ready"));
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/alive", now(request -> Json.ok(Map.of("alive", true)))),
        GET.at("/ready", now(request -> ready())),
        GET.at("/metrics", now(request -> metrics())),
        GET.at("/v1/replication", this::replication),
        GET.at("/v1/cluster", this::cluster));
  }

  private CompletionStage<HttpResponse> cluster(HttpRequest request) {
    Params.of(request, Set.of());
    return cluster.snapshot().thenApply(snapshot -> Json.ok((Object) snapshot));
  }

  private HttpResponse ready() {
    return cluster
        .notReady()
        .map(why -> ApiError.response(StatusCodes.SERVICE_UNAVAILABLE, "not-ready", why))
        .orElseGet(() -> Json.ok(Map.of("ready", true)));
  }

  /** Compares the members' states; one that did not answer is neither in sync nor out of it. */
  private CompletionStage<HttpResponse> replication(HttpRequest request) {
    Params.of(request, Set.of());
    return cluster
        .digests()
        .thenCombine(cluster.snapshot(), OperationsRoutes::replication)
        .exceptionally(
            failure -> {
              throw new ApiError(
                  StatusCodes.SERVICE_UNAVAILABLE,
                  "unavailable",
                  "The members could not be asked: there is no majority now.");
            });
  }

  private static HttpResponse replication(
      Map<String, String> digests, ClusterView.Snapshot snapshot) {
    long committed =
        snapshot.members().stream()
            .filter(m -> m.raft() != null)
            .mapToLong(m -> m.raft().committed())
            .max()
            .orElse(0);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("InSync", new HashSet<>(digests.values()).size() == 1);
    answer.put("Digests", new TreeMap<>(digests));
    answer.put(
        "Members",
        snapshot.members().stream().map(m -> member(m, committed, digests.get(m.id()))).toList());
    return Json.ok((Object) answer);
  }

  /** {@code Lag} counts the entries of the log that are committed and not yet applied there. */
  private static Map<String, Object> member(ClusterView.Member m, long committed, String digest) {
    Map<String, Object> member = new LinkedHashMap<>();
    member.put("Id", m.id());
    member.put("Status", m.status());
    if (m.raft() != null) {
      member.put("Role", m.raft().role());
      member.put("Term", m.raft().term());
      member.put("Applied", m.raft().applied());
      member.put("Committed", m.raft().committed());
      member.put("Lag", Math.max(0, committed - m.raft().applied()));
      member.put("LogBytes", m.raft().logBytes());
    }
    member.put("Digest", digest);
    return member;
  }

  private HttpResponse metrics() {
    return HttpResponse.create()
        .withEntity(
            ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8"),
            metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }
}
