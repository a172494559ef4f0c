package io.flotilla.client;

import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/cluster}: one node's view of the cluster. Lists are empty and texts null where a node
 * does not say.
 *
 * @param self id of the member that answered
 * @param leader id of the Raft leader, null while there is none
 * @param coordinator id of the member that runs the cluster singletons, null while there is none
 * @param version the answering node's version
 */
public record ClusterView(
    String cluster,
    String self,
    String leader,
    String coordinator,
    String version,
    Store store,
    List<Member> members,
    List<Shard> shards) {

  public ClusterView {
    members = members == null ? List.of() : List.copyOf(members);
    shards = shards == null ? List.of() : List.copyOf(shards);
  }

  /**
   * What all that is stored occupies, and may occupy.
   *
   * @param alarm the quota is reached: what grows is refused
   */
  public record Store(long bytes, long quotaBytes, boolean alarm) {}

  /**
   * A member.
   *
   * @param httpAddress null if the asked node does not know it
   * @param status Akka's word: Up, Joining, Leaving, Down ...; Absent if it is no member now
   * @param reachable false while the failure detector suspects it; null if not said
   * @param raft null if the asked node does not know it
   */
  public record Member(
      String id,
      String address,
      int port,
      String httpAddress,
      String status,
      Boolean reachable,
      String version,
      Raft raft) {

    /** Up, and suspected by nobody. */
    public boolean isUp() {
      return "up".equalsIgnoreCase(status) && !Boolean.FALSE.equals(reachable);
    }
  }

  /**
   * A member's side of the replicated log.
   *
   * @param role LEADER, FOLLOWER or CANDIDATE
   * @param applied index of the last entry applied to its copy
   * @param committed index of the last entry known to be on a majority
   * @param logBytes size of its log on disk
   */
  public record Raft(
      String peer, String role, long term, long applied, long committed, long logBytes) {}

  /**
   * Where the actors of some namespaces live.
   *
   * @param type what kind of actors, such as the key spaces
   */
  public record Shard(String type, String shard, String node, List<String> namespaces) {
    public Shard {
      namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
    }
  }

  public Optional<Member> member(String id) {
    return members.stream().filter(m -> id.equals(m.id())).findFirst();
  }

  /** The id of the member on which a namespace's actor is running, if one is. */
  public Optional<String> ownerOf(String namespace) {
    return shards.stream()
        .filter(s -> s.namespaces().contains(namespace) && s.node() != null)
        .map(Shard::node)
        .findFirst();
  }

  public boolean hasLeader() {
    return leader != null && !leader.isEmpty();
  }
}
