package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET_OR_PUT;
import static io.flotilla.http.Endpoints.PUT;

import akka.Done;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.http.ClusterControl.Server;
import io.flotilla.http.ClusterStatus.Member;
import io.flotilla.http.ClusterStatus.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code agent/join}, {@code agent/leave} and {@code agent/force-leave}
 * (https://developer.hashicorp.com/consul/api-docs/agent): members come and go.
 */
final class MembershipRoutes {
  /** A member that the leader heard of more recently may be alive. */
  private static final long SILENT_MILLIS = 2_000;

  private final ClusterStatus cluster;
  private final ClusterControl control;

  MembershipRoutes(ClusterStatus cluster, ClusterControl control) {
    this.cluster = cluster;
    this.control = control;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET_OR_PUT.under("/v1/agent/join", Need.OPERATOR_CHANGES, this::join),
        PUT.at("/v1/agent/leave", Need.OPERATOR_CHANGES, this::leave),
        GET_OR_PUT.under("/v1/agent/force-leave", Need.OPERATOR_CHANGES, this::forceLeave));
  }

  private CompletionStage<HttpResponse> join(String address, HttpRequest request) {
    if (Params.of(request, Set.of("wan")).flag("wan")) {
      throw ApiError.badParameter("There is one datacenter: nothing is joined with ?wan.");
    }
    int colon = address.endsWith("]") ? -1 : address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    int port = colon < 0 ? self(cluster.local()).port() : port(address.substring(colon + 1));
    return control.invite(host, port).thenApply(MembershipRoutes::done);
  }

  /** Unless the address says it, all nodes use the same port, as in Consul. */
  private static Member self(Snapshot now) {
    return member(now, now.self());
  }

  private static int port(String digits) {
    long port = digits.length() > 5 ? 0 : Params.index("port", digits);
    if (port < 1 || port > 65535) {
      throw ApiError.badParameter("The port must be from 1 to 65535, but is '" + digits + "'.");
    }
    return (int) port;
  }

  /**
   * A node that was removed ends by itself. The last member can't be: like Consul's, it just ends,
   * with its data.
   */
  private CompletionStage<HttpResponse> leave(HttpRequest request) {
    Params.of(request, Set.of());
    String self = cluster.local().self();
    return control
        .view()
        .thenCompose(view -> view.servers().size() == 1 ? end() : control.remove(self))
        .thenApply(MembershipRoutes::done);
  }

  private CompletionStage<Done> end() {
    control.end();
    return completed();
  }

  /**
   * A member that is dead loses its seat in the cluster by itself, so that nothing is left to do
   * unless it is to lose its vote too ({@code prune}). One that is alive stays, as in Consul.
   */
  private CompletionStage<HttpResponse> forceLeave(String node, HttpRequest request) {
    Params params = Params.of(request, Set.of("prune", "wan"));
    return control
        .view()
        .thenCompose(
            view -> {
              Server server = view.find(node);
              if (server == null) {
                throw new ApiError(
                    StatusCodes.INTERNAL_SERVER_ERROR,
                    "unknown-node",
                    "agent: No node found with name '" + node + "'");
              }
              return params.flag("prune") ? prune(server) : completed();
            })
        .thenApply(MembershipRoutes::done);
  }

  private CompletionStage<Done> prune(Server server) {
    Member member = member(cluster.local(), server.node());
    boolean in = member != null && member.seat().equals("In");
    if (in || server.leader() || server.silentMillis() < SILENT_MILLIS) {
      throw new ApiError(
          StatusCodes.INTERNAL_SERVER_ERROR,
          "still-alive",
          server.node()
              + " is alive, or was a moment ago; to remove it all the same: DELETE"
              + " /v1/operator/raft/peer?id="
              + server.node());
    }
    return control.remove(server.peerId());
  }

  private static Member member(Snapshot now, String id) {
    return now.members().stream().filter(m -> m.id().equals(id)).findFirst().orElse(null);
  }

  private static CompletionStage<Done> completed() {
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  private static HttpResponse done(Done done) {
    return HttpResponse.create();
  }
}
