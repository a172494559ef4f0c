package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.http.ClusterStatus.Member;
import io.flotilla.http.ClusterStatus.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What Consul's clients ask about the cluster and the node they talk to: {@code status/leader},
 * {@code status/peers}, {@code agent/self}, {@code agent/members}, {@code catalog/datacenters}.
 */
final class StatusRoutes {
  private final ClusterStatus cluster;
  private final io.flotilla.registry.Member self;

  /**
   * @param self this node, as the catalog has it
   */
  StatusRoutes(ClusterStatus cluster, io.flotilla.registry.Member self) {
    this.cluster = cluster;
    this.self = self;
  }

  private boolean readsAgent(Grant grant, HttpRequest request) {
    return grant.allows(Resource.AGENT, self.name(), Level.READ);
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/status/leader", Need.NOTHING, answer(AgentSelf::leaderAddress)),
        GET.at(
            "/v1/status/peers",
            Need.NOTHING,
            answer(s -> s.members().stream().map(AgentSelf::serverAddress).toList())),
        GET.at(
            "/v1/agent/self", new Need(null, this::readsAgent), answer(s -> AgentSelf.of(s, self))),
        GET.at("/v1/agent/members", Need.NOTHING, now(this::members)),
        GET.at(
            "/v1/catalog/datacenters",
            Need.NOTHING,
            Caching.at(answer(s -> List.of(Params.DATACENTER)))));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> answer(
      Function<Snapshot, Object> body) {
    return now(
        request -> {
          Params.of(request, Set.of("wan", "segment"));
          return Json.ok(body.apply(cluster.local()));
        });
  }

  /** With {@code ?wan} the datacenter is appended to a member's name, as in Consul. */
  private HttpResponse members(HttpRequest request) {
    boolean wan = Params.of(request, Set.of("wan", "segment")).flag("wan");
    String suffix = wan ? "." + Params.DATACENTER : "";
    return Json.ok(
        cluster.local().members().stream()
            .filter(m -> isSeen(m, request))
            .map(m -> AgentSelf.Member.of(m, suffix, self))
            .toList());
  }

  private static boolean isSeen(Member member, HttpRequest request) {
    return Access.may(request, Resource.NODE, member.id(), Level.READ);
  }
}
