package io.flotilla.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Something that happened in the cluster, as one node has seen it. Those that come from the log
 * happen on all nodes, in the same order.
 */
public sealed interface ClusterEvent {
  /** For those who ask which kind it is. */
  String name();

  /**
   * A member's ports refuse connections ({@code Refused}), nothing answers there ({@code
   * NoAnswer}), or it acknowledges nothing ({@code Silent}, which only the leader sees).
   */
  record Unreachable(@JsonProperty("Member") String member, @JsonProperty("Why") String why)
      implements ClusterEvent {
    @Override
    public String name() {
      return "unreachable";
    }
  }

  record Reachable(@JsonProperty("Member") String member) implements ClusterEvent {
    @Override
    public String name() {
      return "reachable";
    }
  }

  /** It has a seat by the log, and is on its way. */
  record Joining(@JsonProperty("Member") String member) implements ClusterEvent {
    @Override
    public String name() {
      return "joining";
    }
  }

  /** It has arrived. */
  record Joined(@JsonProperty("Member") String member) implements ClusterEvent {
    @Override
    public String name() {
      return "joined";
    }
  }

  /**
   * It has lost its seat by the log.
   *
   * @param why Replaced, Crashed, Silent, Cut, Left or Removed
   */
  record Left(@JsonProperty("Member") String member, @JsonProperty("Why") String why)
      implements ClusterEvent {
    @Override
    public String name() {
      return "left";
    }
  }

  /**
   * @param leader null: there is none, as far as this node knows
   */
  record Leader(@JsonProperty("Leader") String leader, @JsonProperty("Term") long term)
      implements ClusterEvent {
    @Override
    public String name() {
      return "leader";
    }
  }

  /**
   * Namespaces that have a new holder, by a claim in the log.
   *
   * @param kind KeySpace, Catalog, …
   * @param namespaces the first of them
   * @param count how many they are
   * @param index the log's, of the last claim
   */
  record Claimed(
      @JsonProperty("Kind") String kind,
      @JsonProperty("Namespaces") List<String> namespaces,
      @JsonProperty("Count") int count,
      @JsonProperty("Index") long index)
      implements ClusterEvent {
    @Override
    public String name() {
      return "claimed";
    }
  }

  /**
   * The first that was stored for each of them since that claim.
   *
   * @param millis since the claim; the longest, if there are several
   */
  record Written(
      @JsonProperty("Kind") String kind,
      @JsonProperty("Namespaces") List<String> namespaces,
      @JsonProperty("Count") int count,
      @JsonProperty("Index") long index,
      @JsonProperty("Millis") long millis)
      implements ClusterEvent {
    @Override
    public String name() {
      return "written";
    }
  }

  /**
   * A shard of key spaces lives on another member.
   *
   * @param namespaces the first of them
   * @param count how many they are
   * @param from null: it wasn't in use before
   */
  record Shard(
      @JsonProperty("Shard") String shard,
      @JsonProperty("Namespaces") List<String> namespaces,
      @JsonProperty("Count") int count,
      @JsonProperty("From") String from,
      @JsonProperty("To") String to)
      implements ClusterEvent {
    @Override
    public String name() {
      return "shard";
    }
  }
}
