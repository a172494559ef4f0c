package io.flotilla.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What this node knows about the cluster: the answer of {@code GET /v1/cluster}. */
public interface ClusterStatus {

  /**
   * @param leader the member whose Raft server leads, or null if unknown
   * @param coordinator the oldest member, where the cluster's singletons live, or null
   * @param epoch the log index at which the present cluster was founded; 0 before the first
   * @param founder the member that founded it; empty before the first
   * @param otherGroup what to do about another group of this cluster that runs, recovered apart;
   *     null if none does
   */
  record Snapshot(
      @JsonProperty("Cluster") String cluster,
      @JsonProperty("Self") String self,
      @JsonProperty("Leader") String leader,
      @JsonProperty("Coordinator") String coordinator,
      @JsonProperty("Epoch") long epoch,
      @JsonProperty("Founder") String founder,
      @JsonProperty("Version") String version,
      @JsonProperty("Store") Store store,
      @JsonProperty("OtherGroup") @JsonInclude(JsonInclude.Include.NON_NULL) String otherGroup,
      @JsonProperty("Members") List<Member> members,
      @JsonProperty("Shards") List<Shard> shards) {}

  /**
   * How much memory the stored data uses, and may use.
   *
   * @param alarm whether writes that add data are refused, as the quota is reached
   * @param lowDisks members whose disk is nearly full: while there are any, such writes are
   *     refused, too
   */
  record Store(
      @JsonProperty("Bytes") long bytes,
      @JsonProperty("QuotaBytes") long quotaBytes,
      @JsonProperty("Alarm") boolean alarm,
      @JsonProperty("LowDisks") List<String> lowDisks) {}

  /**
   * @param port of Akka's cluster
   * @param seat its place in the cluster by the log: In, Joining, or None
   * @param status as Akka on this node sees it: Up, Joining, Leaving, Down, …; Absent if it isn't a
   *     member now
   * @param reachable whether it is a member for Akka on this node, and not being removed
   */
  record Member(
      @JsonProperty("Id") String id,
      @JsonProperty("Address") String address,
      @JsonProperty("Port") int port,
      @JsonProperty("RaftPort") int raftPort,
      @JsonProperty("HttpAddress") @JsonInclude(JsonInclude.Include.NON_NULL) String httpAddress,
      @JsonProperty("Seat") String seat,
      @JsonProperty("Status") String status,
      @JsonProperty("Reachable") boolean reachable,
      @JsonProperty("Version") @JsonInclude(JsonInclude.Include.NON_NULL) String version,
      @JsonProperty("Raft") @JsonInclude(JsonInclude.Include.NON_NULL) Raft raft) {}

  /** Indexes and term are Raft's; sizes are bytes on disk. */
  record Raft(
      @JsonProperty("Peer") String peer,
      @JsonProperty("Role") String role,
      @JsonProperty("Term") long term,
      @JsonProperty("Applied") long applied,
      @JsonProperty("Committed") long committed,
      @JsonProperty("LogBytes") long logBytes) {}

  /** The location of a shard of namespaces. */
  record Shard(
      @JsonProperty("Type") String type,
      @JsonProperty("Shard") String shard,
      @JsonProperty("Node") String node,
      @JsonProperty("Namespaces") List<String> namespaces) {}

  /** The state of the whole cluster; what this node does not know it asks the other members. */
  java.util.concurrent.CompletionStage<Snapshot> snapshot();

  /** What this node knows without asking others. */
  Snapshot local();

  /** Why this node can't serve reads and writes now; empty if it can. Known within a second. */
  java.util.concurrent.CompletionStage<java.util.Optional<String>> notReady();

  /** What this node says of itself to whoever is to help. */
  CompletionStage<NodeReport> report();

  /**
   * The SHA-256 of each member's whole state at one common log index, by member id, without members
   * that did not answer. Fails without a quorum.
   */
  java.util.concurrent.CompletionStage<java.util.Map<String, String>> digests();
}
