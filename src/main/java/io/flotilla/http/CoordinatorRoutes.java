package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.registry.coordinator.Coordinator.Status;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** {@code GET /v1/coordinator}: where the coordinator runs, since when, and what it does. */
final class CoordinatorRoutes {
  private final CoordinatorView coordinator;

  CoordinatorRoutes(CoordinatorView coordinator) {
    this.coordinator = coordinator;
  }

  List<Endpoint> endpoints() {
    return List.of(GET.at("/v1/coordinator", Need.OPERATOR_READS, this::status));
  }

  private CompletionStage<HttpResponse> status(HttpRequest request) {
    Params.of(request, Set.of());
    return coordinator
        .status()
        .handle(
            (status, failure) -> {
              if (failure != null) {
                throw none();
              }
              return Json.ok(Answer.of(status));
            });
  }

  /** No coordinator is running at the moment, or it can't be reached from here. */
  static ApiError none() {
    return new ApiError(
        StatusCodes.SERVICE_UNAVAILABLE,
        "no-coordinator",
        "The coordinator does not answer; it may be moving to another node. Try again in a moment."
            + " Lookups and balancing keep working meanwhile.");
  }

  private record Answer(
      @JsonProperty("Node") String node,
      @JsonProperty("Since") String since,
      @JsonProperty("Table") Table table,
      @JsonProperty("Namespaces") int namespaces,
      @JsonProperty("Services") int services,
      @JsonProperty("Followers") int followers,
      @JsonProperty("Checks") int checks,
      @JsonProperty("ChecksPerSecond") double checksPerSecond,
      @JsonProperty("ChecksUnderWay") int checksUnderWay,
      @JsonProperty("ChecksWaiting") int checksWaiting) {
    static Answer of(Status s) {
      return new Answer(
          s.node(),
          Instant.ofEpochMilli(s.sinceMillis()).toString(),
          new Table(s.table().term(), s.table().number()),
          s.namespaces(),
          s.services(),
          s.nodes(),
          s.checks(),
          s.checksPerSecond(),
          s.checksUnderWay(),
          s.checksWaiting());
    }
  }

  private record Table(@JsonProperty("Term") long term, @JsonProperty("Number") long number) {}
}
