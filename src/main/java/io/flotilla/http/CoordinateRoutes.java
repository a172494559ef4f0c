package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * {@code /v1/coordinate/…} (https://developer.hashicorp.com/consul/api-docs/coordinate): one
 * datacenter, whose nodes are as far from each other as those of a Consul that has not measured
 * anything yet.
 */
final class CoordinateRoutes {
  private final ClusterStatus cluster;

  CoordinateRoutes(ClusterStatus cluster) {
    this.cluster = cluster;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/coordinate/datacenters", Need.LISTS, this::datacenters),
        GET.at(
            "/v1/coordinate/nodes",
            Need.LISTS,
            request -> AbsentRoutes.constant(request, nodes(request, ""))));
  }

  private CompletionStage<HttpResponse> datacenters(HttpRequest request) {
    return AbsentRoutes.constant(
        request,
        List.of(new Datacenter(Params.DATACENTER, "wan", nodes(request, "." + Params.DATACENTER))));
  }

  private List<Place> nodes(HttpRequest request, String suffix) {
    return cluster.local().members().stream()
        .filter(m -> Access.may(request, Resource.NODE, m.id(), Level.READ))
        .map(m -> new Place(m.id() + suffix, "", AgentSelf.Coord.NO_DISTANCES))
        .toList();
  }

  private record Datacenter(
      @JsonProperty("Datacenter") String name,
      @JsonProperty("AreaID") String area,
      @JsonProperty("Coordinates") List<Place> nodes) {}

  private record Place(
      @JsonProperty("Node") String node,
      @JsonProperty("Segment") String segment,
      @JsonProperty("Coord") AgentSelf.Coord coordinate) {}
}
