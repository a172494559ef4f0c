package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;
import static io.flotilla.http.Endpoints.now;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.http.ClusterView.Member;
import io.flotilla.http.ClusterView.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What Consul's clients ask about the cluster and the node they talk to: {@code status/leader},
 * {@code status/peers}, {@code agent/self}, {@code agent/members}, {@code catalog/datacenters}.
 */
final class StatusRoutes {
  /** The Consul whose behaviour is followed; clients read it to decide what they may ask. */
  static final String CONSUL_VERSION = "1.20.0";

  private final ClusterView cluster;

  StatusRoutes(ClusterView cluster) {
    this.cluster = cluster;
  }

  List<Endpoint> endpoints() {
    return List.of(
        GET.at("/v1/status/leader", answer(this::leader)),
        GET.at("/v1/status/peers", answer(s -> s.members().stream().map(this::address).toList())),
        GET.at("/v1/agent/self", answer(this::self)),
        GET.at("/v1/agent/members", now(this::members)),
        GET.at("/v1/catalog/datacenters", answer(s -> List.of(Params.DATACENTER))));
  }

  private Function<HttpRequest, CompletionStage<HttpResponse>> answer(
      Function<Snapshot, Object> body) {
    return now(
        request -> {
          Params.of(request, Set.of("wan", "segment"));
          return Json.ok(body.apply(cluster.local()));
        });
  }

  /** With {@code ?wan} a member's name has its datacenter behind it, as Consul has it. */
  private HttpResponse members(HttpRequest request) {
    boolean wan = Params.of(request, Set.of("wan", "segment")).flag("wan");
    String suffix = wan ? "." + Params.DATACENTER : "";
    List<Object> members =
        cluster.local().members().stream().<Object>map(m -> member(m, suffix)).toList();
    return Json.ok((Object) members);
  }

  private String leader(Snapshot s) {
    return s.members().stream()
        .filter(m -> m.id().equals(s.leader()))
        .map(this::address)
        .findFirst()
        .orElse("");
  }

  private String address(Member m) {
    return m.address() + ":" + m.port();
  }

  private Map<String, Object> self(Snapshot s) {
    Member me = s.members().stream().filter(m -> m.id().equals(s.self())).findFirst().orElseThrow();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("Datacenter", Params.DATACENTER);
    config.put("PrimaryDatacenter", Params.DATACENTER);
    config.put("NodeName", s.self());
    config.put("NodeID", nodeId(s.self()));
    config.put("Revision", "flotilla-" + s.version());
    config.put("Server", true);
    config.put("Version", CONSUL_VERSION);
    config.put("AdvertiseAddr", me.address());
    config.put("Ports", Map.of("Server", me.port()));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("Config", config);
    answer.put("DebugConfig", Map.of());
    answer.put(
        "Coord", Map.of("Adjustment", 0, "Error", 1.5, "Vec", List.of(0, 0, 0, 0, 0, 0, 0, 0)));
    answer.put("Member", member(me, ""));
    answer.put("Meta", Map.of("flotilla-version", s.version()));
    answer.put(
        "Stats",
        Map.of(
            "consul",
            Map.of("leader", Boolean.toString(s.self().equals(s.leader())), "server", "true")));
    return answer;
  }

  private static String nodeId(String name) {
    return java.util
        .UUID
        .nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  private Map<String, Object> member(Member m, String suffix) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("Name", m.id() + suffix);
    answer.put("Addr", m.address());
    answer.put("Port", m.port());
    answer.put("Tags", Map.of("role", "consul", "dc", Params.DATACENTER, "id", nodeId(m.id())));
    answer.put("Status", serfStatus(m));
    answer.put("ProtocolMin", 1);
    answer.put("ProtocolMax", 5);
    answer.put("ProtocolCur", 2);
    answer.put("DelegateMin", 2);
    answer.put("DelegateMax", 5);
    answer.put("DelegateCur", 4);
    return answer;
  }

  /** Serf's numbers: 1 alive, 2 leaving, 3 left, 4 failed. */
  private static int serfStatus(Member m) {
    if (!m.reachable()) {
      return 4;
    }
    return switch (m.status()) {
      case "Leaving", "Exiting" -> 2;
      case "Removed" -> 3;
      case "Down", "Absent" -> 4;
      default -> 1;
    };
  }
}
