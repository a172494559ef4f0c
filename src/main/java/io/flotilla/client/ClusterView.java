package io.flotilla.client;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/cluster}: one node's view of the cluster. Lists are empty and texts null where a node
 * does not say.
 *
 * @param leader id of the Raft leader, null or empty while there is none
 * @param coordinator id of the member that runs the cluster singleton
 * @param version the answering node's version
 */
public record ClusterView(
    String leader, String coordinator, List<Member> members, List<Shard> shards, String version) {

  public ClusterView {
    members = members == null ? List.of() : List.copyOf(members);
    shards = shards == null ? List.of() : List.copyOf(shards);
  }

  /**
   * A member.
   *
   * @param status Akka's word: Up, Joining, Leaving, Down, Unreachable ...
   * @param raft null if the asked node does not know it
   */
  public record Member(
      String id, String address, String httpAddress, String status, Raft raft, String version) {}

  /**
   * A member's side of the replicated log.
   *
   * @param applied index of the last entry applied to its copy
   * @param committed index of the last entry known to be on a majority
   * @param logBytes size of its log on disk
   */
  public record Raft(String role, long term, long applied, long committed, long logBytes) {}

  /** Where a namespace's actor lives. */
  public record Shard(@JsonAlias("Shard") String namespace, String node) {}

  public Optional<Member> member(String id) {
    return members.stream().filter(m -> id.equals(m.id())).findFirst();
  }

  /** The id of the member that owns a namespace, if its actor is running. */
  public Optional<String> ownerOf(String namespace) {
    return shards.stream()
        .filter(s -> namespace.equals(s.namespace()) && s.node() != null)
        .map(Shard::node)
        .findFirst();
  }

  public boolean hasLeader() {
    return leader != null && !leader.isEmpty();
  }
}
