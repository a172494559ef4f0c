package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.proxy.NoInstanceException;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Balancer.Picked;
import io.flotilla.registry.balance.ExactPick;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import io.flotilla.registry.balance.Version;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * {@code GET /v1/balance/SERVICE?policy=&key=}: the instance to use for the next request, picked by
 * this node from its latest table. {@code exact=true} is round robin across the whole cluster and
 * needs the coordinator.
 *
 * <p>What the client does with the answer is unknown, so it does not count as a request under way.
 */
final class BalanceRoutes {
  private static final Set<String> PARAMS = Set.of("policy", "key", "exact");

  private final Balancer balancer;
  private final ExactPick exact;
  private final Duration timeout;

  BalanceRoutes(Balancer balancer, ExactPick exact, Duration timeout) {
    this.balancer = balancer;
    this.exact = exact;
    this.timeout = timeout;
  }

  List<Endpoint> endpoints() {
    Need reads = Need.below("/v1/balance", Resource.SERVICE, Level.READ);
    return List.of(GET.from("/v1/balance", reads, this::pick));
  }

  private CompletionStage<HttpResponse> pick(HttpRequest request) {
    Params params = Params.of(request, PARAMS);
    String service = RequestTarget.name(request, "/v1/balance");
    if (service.isEmpty()) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST, "missing-service", "Name a service: /v1/balance/SERVICE.");
    }
    if (params.flag("exact")) {
      params.atMostOneOf("exact", "policy");
      params.atMostOneOf("exact", "key");
      return exactly(params.namespace(), service);
    }
    Policy policy = params.text("policy").map(Policy::of).orElse(null);
    String key = params.text("key").orElseGet(() -> Client.of(request).address());
    try (Picked picked =
        balancer
            .pick(params.namespace(), service, policy, key, Set.of())
            .orElseThrow(() -> nobody(params.namespace(), service))) {
      return CompletableFuture.completedFuture(
          answer(service, picked.instance(), picked.policy(), picked.version()));
    }
  }

  private CompletionStage<HttpResponse> exactly(String namespace, String service) {
    return exact
        .pick(namespace, service)
        .toCompletableFuture()
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (choice, failure) -> {
              if (failure != null) {
                throw new ApiError(
                    StatusCodes.SERVICE_UNAVAILABLE,
                    "coordinator-unavailable",
                    "The coordinator does not answer; without exact=true this node chooses"
                        + " itself.");
              }
              return choice
                  .map(c -> answer(service, c.instance(), Policy.ROUND_ROBIN, c.version()))
                  .orElseThrow(() -> nobody(namespace, service));
            });
  }

  private ApiError nobody(String namespace, String service) {
    return noInstance(
        balancer.table().upstream(namespace, service).isPresent()
            ? NoInstanceException.empty(service)
            : NoInstanceException.unknown(service));
  }

  static ApiError noInstance(NoInstanceException e) {
    return new ApiError(
        switch (e.reason()) {
          case UNKNOWN_SERVICE -> StatusCodes.NOT_FOUND;
          case NO_INSTANCE -> StatusCodes.SERVICE_UNAVAILABLE;
          case NONE_REACHABLE -> StatusCodes.BAD_GATEWAY;
        },
        e.reason().code(),
        e.getMessage());
  }

  private static HttpResponse answer(
      String service, Instance instance, Policy policy, Version version) {
    return Json.ok(
        new Answer(
            service,
            instance.id(),
            instance.node(),
            instance.address(),
            instance.port(),
            policy.text(),
            version.toString()));
  }

  private record Answer(
      @JsonProperty("Service") String service,
      @JsonProperty("ID") String id,
      @JsonProperty("Node") String node,
      @JsonProperty("Address") String address,
      @JsonProperty("Port") int port,
      @JsonProperty("Policy") String policy,
      @JsonProperty("TableVersion") String tableVersion) {}
}
