package io.flotilla.http;

import static io.flotilla.http.Endpoints.GET;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.http.AgentSelf.SerfStatus;
import io.flotilla.http.ClusterControl.Server;
import io.flotilla.http.ClusterControl.View;
import io.flotilla.http.ClusterStatus.Member;
import io.flotilla.http.ClusterStatus.Snapshot;
import io.flotilla.text.GoDuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * {@code operator/autopilot/health}
 * (https://developer.hashicorp.com/consul/api-docs/operator/autopilot): how many members may fail.
 * A server is healthy if it has its seat in the cluster, the leader hears of it, and it doesn't lag
 * far behind.
 */
final class AutopilotRoutes {
  /** Several heartbeats of Raft. */
  private static final long MOST_SILENT_MILLIS = 2_000;

  private static final long MOST_BEHIND = 1_000;

  private final ClusterStatus cluster;
  private final ClusterControl control;
  private final Clock clock;

  /** By peer id; whoever is asked first compares with what the one before saw. */
  private Map<String, Phase> phases = Map.of();

  private record Phase(boolean healthy, Instant since) {}

  /**
   * @param clock for people to read
   */
  AutopilotRoutes(ClusterStatus cluster, ClusterControl control, Clock clock) {
    this.cluster = cluster;
    this.control = control;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(GET.at("/v1/operator/autopilot/health", Need.OPERATOR_READS, this::health));
  }

  private CompletionStage<HttpResponse> health(HttpRequest request) {
    Params.of(request, Set.of());
    return control.view().thenCombine(cluster.snapshot(), this::answer);
  }

  private HttpResponse answer(View view, Snapshot snapshot) {
    Map<String, Member> members = new HashMap<>();
    snapshot.members().forEach(m -> members.put(m.id(), m));
    Map<String, Phase> now = observe(view, members);
    List<ServerHealth> servers =
        view.servers().stream()
            .map(s -> ServerHealth.of(s, members.get(s.node()), now.get(s.peerId())))
            .toList();
    boolean healthy = now.values().stream().allMatch(Phase::healthy);
    HttpResponse answer = Json.ok(new Health(healthy, tolerance(view, now), servers));
    return healthy ? answer : answer.withStatus(StatusCodes.TOO_MANY_REQUESTS); // as in Consul
  }

  /** How many healthy voters there are beyond a majority of all voters. */
  private static long tolerance(View view, Map<String, Phase> now) {
    List<Server> voters = view.servers().stream().filter(Server::voter).toList();
    long well = voters.stream().filter(s -> now.get(s.peerId()).healthy()).count();
    return Math.max(0, well - (voters.size() / 2 + 1));
  }

  private synchronized Map<String, Phase> observe(View view, Map<String, Member> members) {
    Map<String, Phase> now = new HashMap<>();
    for (Server s : view.servers()) {
      boolean healthy = isHealthy(s, members.get(s.node()), view.end());
      Phase before = phases.get(s.peerId());
      boolean same = before != null && before.healthy() == healthy;
      now.put(s.peerId(), same ? before : new Phase(healthy, clock.instant()));
    }
    phases = Map.copyOf(now);
    return now;
  }

  private static boolean isHealthy(Server s, Member member, long end) {
    return member != null
        && member.seat().equals("In")
        && s.silentMillis() <= MOST_SILENT_MILLIS
        && end - s.match() <= MOST_BEHIND;
  }

  private record Health(
      @JsonProperty("Healthy") boolean healthy,
      @JsonProperty("FailureTolerance") long failureTolerance,
      @JsonProperty("Servers") List<ServerHealth> servers) {}

  private record ServerHealth(
      @JsonProperty("ID") String id,
      @JsonProperty("Name") String name,
      @JsonProperty("Address") String address,
      @JsonProperty("SerfStatus") String serfStatus,
      @JsonProperty("Version") String version,
      @JsonProperty("Leader") boolean leader,
      @JsonProperty("LastContact") String lastContact,
      @JsonProperty("LastTerm") long lastTerm,
      @JsonProperty("LastIndex") long lastIndex,
      @JsonProperty("Healthy") boolean healthy,
      @JsonProperty("Voter") boolean voter,
      @JsonProperty("StableSince") String stableSince) {
    /**
     * @param member null if nobody knows of it yet
     */
    static ServerHealth of(Server s, Member member, Phase phase) {
      boolean answered = member != null && member.raft() != null;
      return new ServerHealth(
          s.peerId(),
          s.node(),
          s.address(),
          (member == null ? SerfStatus.NONE : AgentSelf.Member.serfStatus(member)).text(),
          answered && member.version() != null ? member.version() : "",
          s.leader(),
          GoDuration.text(Duration.ofMillis(s.silentMillis())),
          answered ? member.raft().term() : 0,
          s.match(),
          phase.healthy(),
          s.voter(),
          phase.since().truncatedTo(ChronoUnit.SECONDS).toString());
    }
  }
}
