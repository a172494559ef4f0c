package io.flotilla.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.registry.Node;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The answer of {@code agent/self}: the fields that Consul's clients read. */
record AgentSelf(
    @JsonProperty("Config") Config config,
    @JsonProperty("DebugConfig") Debug debugConfig,
    @JsonProperty("Coord") Coord coord,
    @JsonProperty("Member") Member member,
    @JsonProperty("Meta") Map<String, String> meta,
    @JsonProperty("Stats") Stats stats) {
  /** The Consul whose statuses, texts and shapes are here; clients choose features by it. */
  private static final String CONSUL_VERSION = "1.10.12";

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
      @JsonProperty("Height") double height,
      @JsonProperty("Vec") List<Integer> vec) {
    static final Coord NO_DISTANCES = new Coord(0, 1.5, 1e-5, List.of(0, 0, 0, 0, 0, 0, 0, 0));
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
     * @param self the node that is asked; how the others call themselves it doesn't know
     */
    static Member of(ClusterStatus.Member m, String suffix, io.flotilla.registry.Member self) {
      String id = m.id().equals(self.name()) ? self.nodeId() : Node.idOf(m.id());
      Tags tags = new Tags("consul", Params.DATACENTER, id);
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

  record Stats(
      @JsonProperty("build") Build build,
      @JsonProperty("consul") Consul consul,
      @JsonProperty("raft") Raft raft) {}

  record Build(
      @JsonProperty("prerelease") String prerelease,
      @JsonProperty("revision") String revision,
      @JsonProperty("version") String version) {}

  /** Strings, as in Consul. */
  record Consul(
      @JsonProperty("known_datacenters") String datacenters,
      @JsonProperty("leader") String leader,
      @JsonProperty("leader_addr") String leaderAddress,
      @JsonProperty("server") String server) {}

  record Raft(@JsonProperty("num_peers") String peers, @JsonProperty("state") String state) {
    static Raft of(boolean leads, int members) {
      return new Raft(Integer.toString(members - 1), leads ? "Leader" : "Follower");
    }
  }

  /** What Consul tells for debugging, as far as programs read it. */
  record Debug(
      @JsonProperty("ClientAddrs") List<String> clientAddresses,
      @JsonProperty("Datacenter") String datacenter,
      @JsonProperty("HTTPPort") Integer httpPort,
      @JsonProperty("NodeName") String nodeName,
      @JsonProperty("SerfAdvertiseAddrLAN") String clusterAddress,
      @JsonProperty("ServerMode") boolean server,
      @JsonProperty("ServerPort") int serverPort,
      @JsonProperty("Version") String version) {
    static Debug of(ClusterStatus.Member m) {
      String http = m.httpAddress();
      int colon = http == null ? -1 : http.lastIndexOf(':');
      return new Debug(
          colon < 0 ? List.of() : List.of(http.substring(0, colon)),
          Params.DATACENTER,
          colon < 0 ? null : Integer.valueOf(http.substring(colon + 1)),
          m.id(),
          "tcp://" + m.address() + ":" + m.port(),
          true,
          m.raftPort(),
          CONSUL_VERSION);
    }
  }

  /**
   * @param self the node that is asked
   */
  static AgentSelf of(ClusterStatus.Snapshot s, io.flotilla.registry.Member self) {
    ClusterStatus.Member me =
        s.members().stream().filter(m -> m.id().equals(s.self())).findFirst().orElseThrow();
    Config config =
        new Config(
            Params.DATACENTER,
            Params.DATACENTER,
            s.self(),
            self.nodeId(),
            "flotilla-" + s.version(),
            true,
            CONSUL_VERSION,
            me.address(),
            new Ports(me.raftPort()));
    return new AgentSelf(
        config, Debug.of(me), Coord.NO_DISTANCES, Member.of(me, "", self), meta(s, self), stats(s));
  }

  private static Map<String, String> meta(
      ClusterStatus.Snapshot s, io.flotilla.registry.Member self) {
    Map<String, String> meta = new TreeMap<>(self.nodeMeta());
    meta.put("flotilla-version", s.version());
    return meta;
  }

  private static Stats stats(ClusterStatus.Snapshot s) {
    boolean leads = s.self().equals(s.leader());
    return new Stats(
        new Build("", "flotilla-" + s.version(), CONSUL_VERSION),
        new Consul("1", Boolean.toString(leads), leaderAddress(s), "true"),
        Raft.of(leads, s.members().size()));
  }

  /** Of the leader's Raft server; empty if it isn't known. */
  static String leaderAddress(ClusterStatus.Snapshot s) {
    return s.members().stream()
        .filter(m -> m.id().equals(s.leader()))
        .map(AgentSelf::serverAddress)
        .findFirst()
        .orElse("");
  }

  static String serverAddress(ClusterStatus.Member m) {
    return m.address() + ":" + m.raftPort();
  }
}
