package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * For operators. {@code /alive}: the process answers. {@code /ready}: it can serve reads and
 * writes, 503 with the reason if not. {@code /metrics}: Prometheus. {@code /v1/cluster}: members,
 * roles, leader, shards.
 */
final class OperationsRoutes {
  /** At the root, where load balancers look first. */
  private static final HttpResponse WELCOME =
      HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, "Flotilla");

  private final ClusterStatus cluster;
  private final PrometheusMeterRegistry metrics;
  private final Executor executor;

  /**
   * @param executor for what takes long
   */
  OperationsRoutes(ClusterStatus cluster, PrometheusMeterRegistry metrics, Executor executor) {
    this.cluster = cluster;
    this.metrics = metrics;
    this.executor = executor;
  }

  /** Whether the path is served without a token, even to guests. */
  static boolean isOpen(HttpRequest request) {
    String path = request.getUri().getPathString();
    return request.method().equals(HttpMethods.GET)
        && (path.equals("/alive") || path.equals("/ready"));
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/", Need.NOTHING, now(request -> WELCOME)),
        GET.at("/alive", Need.NOTHING, now(request -> Json.ok(Map.of("alive", true)))),
        GET.at("/ready", Need.NOTHING, request -> ready()),
        GET.at(
            "/metrics",
            Need.OPERATOR_READS,
            request ->
                CompletableFuture.supplyAsync(() -> AgentReports.prometheus(metrics), executor)),
        GET.at("/v1/replication", Need.OPERATOR_READS, this::replication),
        GET.at("/v1/cluster", Need.OPERATOR_READS, this::cluster));
  }

  private CompletionStage<HttpResponse> cluster(HttpRequest request) {
    Params.of(request, Set.of());
    return cluster.snapshot().thenApply(snapshot -> Json.ok((Object) snapshot));
  }

  private CompletionStage<HttpResponse> ready() {
    return cluster
        .notReady()
        .thenApply(
            why -> {
              if (why.isPresent()) {
                throw new ApiError(StatusCodes.SERVICE_UNAVAILABLE, "not-ready", why.get());
              }
              return Json.ok(Map.of("ready", true));
            });
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
                  "The members could not be asked: there is no majority at present.");
            });
  }

  private static HttpResponse replication(
      Map<String, String> digests, ClusterStatus.Snapshot snapshot) {
    long committed =
        snapshot.members().stream()
            .filter(m -> m.raft() != null)
            .mapToLong(m -> m.raft().committed())
            .max()
            .orElse(0);
    List<Replica> members =
        snapshot.members().stream()
            .map(m -> Replica.of(m, committed, digests.get(m.id())))
            .toList();
    boolean inSync = new HashSet<>(digests.values()).size() == 1;
    return Json.ok(new Replication(inSync, new TreeMap<>(digests), members));
  }

  private record Replication(
      @JsonProperty("InSync") boolean inSync,
      @JsonProperty("Digests") Map<String, String> digests,
      @JsonProperty("Members") List<Replica> members) {}

  /**
   * @param log null if unknown
   * @param digest null if the member did not answer
   */
  private record Replica(
      @JsonProperty("Id") String id,
      @JsonProperty("Status") String status,
      @JsonUnwrapped Log log,
      @JsonProperty("Digest") String digest) {
    static Replica of(ClusterStatus.Member m, long committed, String digest) {
      return new Replica(m.id(), m.status(), Log.of(m.raft(), committed), digest);
    }
  }

  /**
   * @param lag number of entries committed but not yet applied there
   */
  private record Log(
      @JsonProperty("Role") String role,
      @JsonProperty("Term") long term,
      @JsonProperty("Applied") long applied,
      @JsonProperty("Committed") long committed,
      @JsonProperty("Lag") long lag,
      @JsonProperty("LogBytes") long logBytes) {
    static Log of(ClusterStatus.Raft raft, long committed) {
      return raft == null
          ? null
          : new Log(
              raft.role(),
              raft.term(),
              raft.applied(),
              raft.committed(),
              Math.max(0, committed - raft.applied()),
              raft.logBytes());
    }
  }
}
