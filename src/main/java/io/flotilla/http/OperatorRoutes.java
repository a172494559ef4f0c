package io.flotilla.http;

import static io.flotilla.http.Endpoints.DELETE;
import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.PUT_OR_POST;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.async.Futures;
import io.flotilla.http.ClusterControl.Server;
import io.flotilla.http.ClusterControl.View;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * {@code operator/raft/…} (https://developer.hashicorp.com/consul/api-docs/operator/raft): who is
 * in the Raft group, who leads, who is put out. {@code promote} is Flotilla's own. An {@code id} is
 * that of the Raft group or the node's name.
 */
final class OperatorRoutes {
  /** The version of Consul's own Raft library; its clients want one. */
  private static final String RAFT_PROTOCOL = "3";

  private static final String UNKNOWN_MEMBER = "unknown-member";

  private final ClusterControl control;

  OperatorRoutes(ClusterControl control) {
    this.control = control;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/operator/raft/configuration", Need.OPERATOR_READS, this::configuration),
        DELETE.at("/v1/operator/raft/peer", Need.OPERATOR_CHANGES, this::remove),
        PUT_OR_POST.at(
            "/v1/operator/raft/transfer-leader", Need.OPERATOR_CHANGES, this::transferLeader),
        PUT_OR_POST.at("/v1/operator/raft/promote", Need.OPERATOR_CHANGES, this::promote));
  }

  private CompletionStage<HttpResponse> configuration(HttpRequest request) {
    boolean stale = Params.of(request, Set.of()).flag("stale");
    CompletionStage<View> view =
        stale ? CompletableFuture.completedFuture(control.known()) : control.view();
    return view.thenApply(v -> Json.ok(Configuration.of(v)));
  }

  private record Configuration(
      @JsonProperty("Servers") List<Row> servers, @JsonProperty("Index") long index) {
    static Configuration of(View view) {
      return new Configuration(view.servers().stream().map(Row::of).toList(), view.index());
    }
  }

  /** The last three are Flotilla's own. */
  private record Row(
      @JsonProperty("ID") String id,
      @JsonProperty("Node") String node,
      @JsonProperty("Address") String address,
      @JsonProperty("Leader") boolean leader,
      @JsonProperty("Voter") boolean voter,
      @JsonProperty("ProtocolVersion") String protocolVersion,
      @JsonProperty("ClusterAddress") String clusterAddress,
      @JsonProperty("LastIndex") long lastIndex,
      @JsonProperty("SilentMillis") long silentMillis) {
    static Row of(Server s) {
      return new Row(
          s.peerId(),
          s.node(),
          s.address(),
          s.leader(),
          s.voter(),
          RAFT_PROTOCOL,
          s.clusterAddress(),
          s.match(),
          s.silentMillis());
    }
  }

  private CompletionStage<HttpResponse> remove(HttpRequest request) {
    Params params = Params.of(request, Set.of("id", "address"));
    if (params.has("id") == params.has("address")) {
      throw ApiError.badParameter(
          params.has("id")
              ? "Must specify only one of ?id or ?address"
              : "Must specify either ?id with the server's ID or ?address with IP:port of peer to"
                  + " remove");
    }
    return (params.has("id") ? byId(params) : byAddress(params))
        .thenApply(done -> HttpResponse.create());
  }

  /** Whoever isn't there may have been removed before, which the control knows. */
  private CompletionStage<?> byId(Params params) {
    String id = params.named("id", "a server");
    return control
        .remove(id)
        .exceptionally(
            failure -> {
              throw Futures.unwrap(failure) instanceof ApiError e && e.code().equals(UNKNOWN_MEMBER)
                  ? unknown("id", id)
                  : new CompletionException(failure);
            });
  }

  private CompletionStage<?> byAddress(Params params) {
    String address = params.named("address", "a server's Raft address");
    return control
        .view()
        .thenCompose(
            view ->
                control.remove(
                    view.servers().stream()
                        .filter(s -> s.address().equals(address))
                        .findFirst()
                        .orElseThrow(() -> unknown("address", address))
                        .peerId()));
  }

  private static ApiError unknown(String what, String value) {
    return new ApiError(
        StatusCodes.INTERNAL_SERVER_ERROR,
        UNKNOWN_MEMBER,
        what + " \"" + value + "\" was not found in the Raft configuration");
  }

  private CompletionStage<HttpResponse> transferLeader(HttpRequest request) {
    Params params = Params.of(request, Set.of("id"));
    return success(control.transferLead(params.text("id").orElse("")));
  }

  private CompletionStage<HttpResponse> promote(HttpRequest request) {
    Params params = Params.of(request, Set.of("id"));
    if (!params.has("id")) {
      throw ApiError.badParameter("Must specify ?id with the server's ID");
    }
    return success(control.promote(params.named("id", "a server")));
  }

  private static CompletionStage<HttpResponse> success(CompletionStage<?> change) {
    return change.thenApply(done -> Json.ok(Map.of("Success", true)));
  }
}
