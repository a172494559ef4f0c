package io.flotilla.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The answer of {@code agent/self}: the fields that Consul's clients read. */
record AgentSelf(
    @JsonProperty("Config") Config config,
    @JsonProperty("DebugConfig") Map<String, Object> debugConfig,
    @JsonProperty("Coord") Coord coord,
    @JsonProperty("Member") Member member,
    @JsonProperty("Meta") Meta meta,
    @JsonProperty("Stats") Stats stats) {
  /** The Consul version whose behaviour is followed; clients read it to choose features. */
  private static final String CONSUL_VERSION = "1.20.0";

  record Config(
      @JsonProperty("Datacenter") String datacenter,
      @JsonProperty("PrimaryDatacenter") String primaryDatacenter,
      @JsonProperty("NodeName") String nodeName,
      @JsonProperty("NodeID") String nodeId,
      @JsonProperty("Revision") String revision,
      @JsonProperty("Server") boolean server,
      @JsonProperty("Version") String version,
      @JsonProperty("AdvertiseAddr") String advertiseAddr,
      @JsonProperty("Ports") Ports ports) {}

  record Ports(@JsonProperty("Server") int server) {}

  record Coord(
      @JsonProperty("Adjustment") int adjustment,
      @JsonProperty("Error") double error,
      @JsonProperty("Vec") List<Integer> vec) {
    static final Coord NO_DISTANCES = new Coord(0, 1.5, List.of(0, 0, 0, 0, 0, 0, 0, 0));
  }

  /** A member as Serf describes it. */
  record Member(
      @JsonProperty("Name") String name,
      @JsonProperty("Addr") String addr,
      @JsonProperty("Port") int port,
      @JsonProperty("Tags") Tags tags,
      @JsonProperty("Status") int status,
      @JsonProperty("ProtocolMin") int protocolMin,
      @JsonProperty("ProtocolMax") int protocolMax,
      @JsonProperty("ProtocolCur") int protocolCur,
      @JsonProperty("DelegateMin") int delegateMin,
      @JsonProperty("DelegateMax") int delegateMax,
      @JsonProperty("DelegateCur") int delegateCur) {
    /**
     * @param suffix appended to the name
     */
    static Member of(ClusterStatus.Member m, String suffix) {
      Tags tags = new Tags("consul", Params.DATACENTER, nodeId(m.id()));
      return new Member(
          m.id() + suffix, m.address(), m.port(), tags, serfStatus(m).number(), 1, 5, 2, 2, 5, 4);
    }

    static SerfStatus serfStatus(ClusterStatus.Member m) {
      if (!m.reachable()) {
        return SerfStatus.FAILED;
      }
      return switch (m.status()) {
        case "Leaving", "Exiting" -> SerfStatus.LEAVING;
        case "Removed" -> SerfStatus.LEFT;
        case "Down", "Absent" -> SerfStatus.FAILED;
        default -> SerfStatus.ALIVE;
      };
    }
  }

  /** Serf's, in its order. */
  enum SerfStatus {
    NONE,
    ALIVE,
    LEAVING,
    LEFT,
    FAILED;

    int number() {
      return ordinal();
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Tags(
      @JsonProperty("role") String role,
      @JsonProperty("dc") String dc,
      @JsonProperty("id") String id) {}

  record Meta(@JsonProperty("flotilla-version") String version) {}

  record Stats(@JsonProperty("consul") Consul consul) {}

  /** Strings, as in Consul. */
  record Consul(@JsonProperty("leader") String leader, @JsonProperty("server") String server) {}

  static AgentSelf of(ClusterStatus.Snapshot s) {
    ClusterStatus.Member me =
        s.members().stream().filter(m -> m.id().equals(s.self())).findFirst().orElseThrow();
    Config config =
        new Config(
            Params.DATACENTER,
            Params.DATACENTER,
            s.self(),
            nodeId(s.self()),
            "flotilla-" + s.version(),
            true,
            CONSUL_VERSION,
            me.address(),
            new Ports(me.port()));
    return new AgentSelf(
        config,
        Map.of(),
        Coord.NO_DISTANCES,
        Member.of(me, ""),
        new Meta(s.version()),
        new Stats(new Consul(Boolean.toString(s.self().equals(s.leader())), "true")));
  }

  private static String nodeId(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
