package io.flotilla.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What this node knows of the cluster: the answer of {@code GET /v1/cluster}. */
public interface ClusterStatus {

  /**
   * @param leader the member whose Raft server leads, or null while none is known
   * @param coordinator the oldest member, where the cluster's singletons live, or null
   */
  record Snapshot(
      @JsonProperty("Cluster") String cluster,
      @JsonProperty("Self") String self,
      @JsonProperty("Leader") String leader,
      @JsonProperty("Coordinator") String coordinator,
      @JsonProperty("Version") String version,
      @JsonProperty("Store") Store store,
      @JsonProperty("Members") List<Member> members,
      @JsonProperty("Shards") List<Shard> shards) {}

  /**
   * What all that is stored occupies, and may occupy.
   *
   * @param alarm what grows is refused
   */
  record Store(
      @JsonProperty("Bytes") long bytes,
      @JsonProperty("QuotaBytes") long quotaBytes,
      @JsonProperty("Alarm") boolean alarm) {}

  /**
   * @param status as Akka's cluster sees it: Up, Joining, Leaving, Down, …; Absent when it is no
   *     member now
   * @param reachable false while the failure detector suspects it
   */
  record Member(
      @JsonProperty("Id") String id,
      @JsonProperty("Address") String address,
      @JsonProperty("Port") int port,
      @JsonProperty("HttpAddress") @JsonInclude(JsonInclude.Include.NON_NULL) String httpAddress,
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

  /** Where a shard of namespaces lives. */
  record Shard(
      @JsonProperty("Type") String type,
      @JsonProperty("Shard") String shard,
      @JsonProperty("Node") String node,
      @JsonProperty("Namespaces") List<String> namespaces) {}

  /** The state of the whole, asked from the members where this node does not know it. */
  java.util.concurrent.CompletionStage<Snapshot> snapshot();

  /** What this node knows without asking. */
  Snapshot local();

  /** Whether this node can serve reads and writes now; if not, why. */
  java.util.Optional<String> notReady();

  /**
   * The SHA-256 of each member's whole state at one common index of the log, by member id; without
   * those that did not answer. Fails when there is no quorum.
   */
  java.util.concurrent.CompletionStage<java.util.Map<String, String>> digests();
}
