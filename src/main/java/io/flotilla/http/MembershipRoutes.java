package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET_OR_PUT;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.http.ClusterStatus.Member;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code agent/join} and {@code agent/force-leave}. The members of a Flotilla cluster are fixed by
 * its list of seeds, and dead ones are removed automatically: such a request is either already
 * fulfilled or impossible.
 */
final class MembershipRoutes {
  private final ClusterStatus cluster;

  MembershipRoutes(ClusterStatus cluster) {
    this.cluster = cluster;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET_OR_PUT.under("/v1/agent/join", this::join),
        GET_OR_PUT.under("/v1/agent/force-leave", this::forceLeave));
  }

  private CompletionStage<HttpResponse> join(String address, HttpRequest request) {
    Params.of(request, Set.of("wan"));
    boolean known =
        cluster.local().members().stream()
            .anyMatch(m -> address.equals(m.address()) || address.startsWith(m.address() + ":"));
    if (!known) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST,
          "fixed-members",
          "'" + address + "' is not in the list of seeds, which defines the members.");
    }
    return CompletableFuture.completedFuture(HttpResponse.create());
  }

  private CompletionStage<HttpResponse> forceLeave(String node, HttpRequest request) {
    Params.of(request, Set.of("prune", "wan"));
    Member member =
        cluster.local().members().stream()
            .filter(m -> m.id().equals(node))
            .findFirst()
            .orElseThrow(
                () ->
                    new ApiError(
                        StatusCodes.NOT_FOUND, "unknown-node", "There is no node '" + node + "'."));
    if (member.reachable() && member.status().equals("Up")) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST,
          "fixed-members",
          "'" + node + "' is alive; stop its process to make it leave.");
    }
    return CompletableFuture.completedFuture(HttpResponse.create());
  }
}
