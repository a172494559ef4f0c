package io.flotilla.client;

import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/cluster}: one node's view of the cluster. What a node does not say is an empty list or
 * null.
 *
 * @param cluster name of the cluster
 * @param self id of the member that answered
 * @param leader id of the Raft leader; null while none is known
 * @param coordinator id of the member that runs the cluster singletons; null while there is none
 * @param epoch which cluster this is: a number that rises when the members form a new one
 * @param founder id of the member that founded it; empty before the first
 * @param version the answering node's version
 * @param store what is stored, and how much may be
 * @param otherGroup an alarm: another group of this cluster runs, recovered apart; null if none
 * @param members all members by configuration, up or not
 * @param shards where key spaces live, as far as members answered
 */
public record ClusterView(
    String cluster,
    String self,
    String leader,
    String coordinator,
    long epoch,
    String founder,
    String version,
    Store store,
    String otherGroup,
    List<Member> members,
    List<Shard> shards) {

  /** Copies the lists; null becomes an empty one. */
  public ClusterView {
    members = members == null ? List.of() : List.copyOf(members);
    shards = shards == null ? List.of() : List.copyOf(shards);
  }

  /**
   * The space used by everything that is stored.
   *
   * @param bytes what is in use
   * @param quotaBytes what may be in use: {@code flotilla.store.quota}
   * @param alarm whether the quota is reached: writes that need space fail with {@code
   *     quota-exceeded}
   * @param lowDisks members whose disk is nearly full: while there are any, such writes fail with
   *     {@code disk-low}
   */
  public record Store(long bytes, long quotaBytes, boolean alarm, List<String> lowDisks) {
    /** Copies the list; null, as from an older node, becomes an empty one. */
    public Store {
      lowDisks = lowDisks == null ? List.of() : List.copyOf(lowDisks);
    }
  }

  /**
   * A member.
   *
   * @param id such as {@code n1}
   * @param address host name or IP address in the cluster
   * @param port of the cluster, not of HTTP
   * @param httpAddress where it serves HTTP; null if the answering node does not know
   * @param seat whether the log counts it as a member: In, Joining or None; null if not said
   * @param status how Akka on the answering node sees it: Up, Joining, Leaving, Down ...; Absent if
   *     it is not a member now
   * @param reachable false while it is absent or being removed; null if not said
   * @param version null if the member did not answer
   * @param raft null if the member did not answer
   */
  public record Member(
      String id,
      String address,
      int port,
      String httpAddress,
      String seat,
      String status,
      Boolean reachable,
      String version,
      Raft raft) {

    /** {@return whether it is Up and not being removed} */
    public boolean isUp() {
      return "up".equalsIgnoreCase(status) && !Boolean.FALSE.equals(reachable);
    }
  }

  /**
   * A member's side of the replicated log.
   *
   * @param peer its id in the Raft group
   * @param role LEADER, FOLLOWER or CANDIDATE
   * @param term Raft's term
   * @param applied index of the last entry applied to its copy
   * @param committed index of the last entry it knows to be on a majority
   * @param logBytes size of its log on disk
   */
  public record Raft(
      String peer, String role, long term, long applied, long committed, long logBytes) {}

  /**
   * Where the actors of some namespaces live.
   *
   * @param type the kind of actor, such as {@code KeySpace}
   * @param shard the shard's number
   * @param node id of the member it is on
   * @param namespaces those whose actor is running
   */
  public record Shard(String type, String shard, String node, List<String> namespaces) {
    /** Copies the list; null becomes an empty one. */
    public Shard {
      namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
    }
  }

  /**
   * {@return the member with this id, if there is one}
   *
   * @param id such as {@code n1}
   */
  public Optional<Member> member(String id) {
    return members.stream().filter(m -> id.equals(m.id())).findFirst();
  }

  /**
   * {@return the id of the member on which the namespace's key space is running, if it is}
   *
   * @param namespace its name
   */
  public Optional<String> ownerOf(String namespace) {
    return shards.stream()
        .filter(s -> s.namespaces().contains(namespace) && s.node() != null)
        .map(Shard::node)
        .findFirst();
  }

  /** {@return whether the answering node knows of a Raft leader} */
  public boolean hasLeader() {
    return leader != null && !leader.isEmpty();
  }
}
