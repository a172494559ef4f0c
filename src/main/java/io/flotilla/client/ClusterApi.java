package io.flotilla.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Answer;
import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a cluster says about itself, and how its members change. {@link #view} and {@link
 * #replication} complete with a {@link FlotillaException} if no node answers.
 *
 * <p>{@link #join}, {@link #remove}, {@link #promote} and {@link #transferLead} complete when it is
 * done; any node can be asked, and asking again changes nothing more. They fail with one of these
 * codes if the cluster refuses, and then nothing has changed:
 *
 * <ul>
 *   <li>{@code unknown-member}: there is none of this name.
 *   <li>{@code leaves-no-quorum}: fewer than a majority of the remaining members would be running.
 *   <li>{@code change-under-way}: another change has not ended yet; try again.
 *   <li>{@code not-reachable}, {@code not-caught-up}: the new member does not answer, or lags too
 *       far behind.
 *   <li>{@code other-cluster}: the new member has data of another cluster.
 *   <li>{@code removed}: its disk was removed from this cluster before; it has to be empty.
 * </ul>
 */
public final class ClusterApi {
  private static final TypeReference<ClusterView> VIEW = new TypeReference<>() {};

  private static final TypeReference<Replication> REPLICATION = new TypeReference<>() {};

  private static final TypeReference<Configuration> CONFIGURATION = new TypeReference<>() {};

  /** A change may first hand over the lead, or wait for another member to catch up. */
  private static final Duration CHANGE = Duration.ofMinutes(1);

  private final Transport transport;

  ClusterApi(Transport transport) {
    this.transport = transport;
  }

  /** {@return members, leader and shards, as the node that answers sees them} */
  public CompletableFuture<ClusterView> view() {
    return transport
        .send(Call.read("/v1/cluster"))
        .thenApply(a -> Jackson.read(a.expect(200), VIEW));
  }

  /**
   * Compares the members' states: each computes a digest of its own at the same index of the log.
   *
   * @return the digests; fails with code {@code unavailable} while there is no majority
   */
  public CompletableFuture<Replication> replication() {
    return transport
        .send(Call.read("/v1/replication"))
        .thenApply(a -> Jackson.read(a.expect(200), REPLICATION));
  }

  /**
   * The answer of {@link #replication}.
   *
   * @param digests the SHA-256 of each member's state in hexadecimal, by member id; a member that
   *     did not answer is missing
   * @param inSync whether all members that answered hold the same state
   */
  public record Replication(Map<String, String> digests, boolean inSync) {
    /** Copies the map; null becomes an empty one. */
    public Replication {
      digests = digests == null ? Map.of() : Map.copyOf(digests);
    }
  }

  /**
   * Asks the leader who is in the Raft group. {@link #view} is one node's view, and says more.
   *
   * @return voters, then those who are being caught up; fails with code {@code unavailable} while
   *     there is no leader
   */
  public CompletableFuture<List<Server>> members() {
    return transport
        .send(Call.read("/v1/operator/raft/configuration"))
        .thenApply(a -> Jackson.read(a.expect(200), CONFIGURATION).servers());
  }

  private record Configuration(List<Server> servers) {
    Configuration {
      servers = servers == null ? List.of() : List.copyOf(servers);
    }
  }

  /**
   * A server in the Raft group, as its leader knows it.
   *
   * @param peerId of its disk, in the Raft group
   * @param node its name, such as {@code n1}
   * @param address of Raft, as {@code host:port}
   * @param clusterAddress of Akka, as {@code host:port}; empty if unknown
   * @param leader whether it leads
   * @param voter false while it is caught up
   * @param lastIndex the last index of the log that it is known to have stored
   * @param silentMillis since the leader last heard of it; 0 for the leader itself
   */
  public record Server(
      @JsonProperty("ID") String peerId,
      String node,
      String address,
      String clusterAddress,
      boolean leader,
      boolean voter,
      long lastIndex,
      long silentMillis) {}

  /**
   * Stores a snapshot in a file: all that the cluster stores, at one index of its log. {@link
   * #restore} puts it back. Blocks.
   *
   * @param file exists, and is empty
   * @param patience how long all of it may take
   * @throws FlotillaException if it isn't complete then; the file may have a part of it
   */
  public void snapshot(Path file, Duration patience) {
    transport.download("/v1/snapshot", file, patience);
  }

  /**
   * Replaces all that the cluster stores by what a {@link #snapshot} has. It is sent once: not
   * again when it may have been done, as that would undo what others have written since.
   *
   * @param file what {@link #snapshot} has written
   * @param patience how long all of it may take
   * @return the index of the log from which on it is so. Fails with code {@code bad-snapshot} if
   *     the file isn't a whole snapshot, {@code overloaded} if there is no room for it beside what
   *     is stored or a member is of an earlier version; nothing has changed then
   * @throws java.io.UncheckedIOException if the file can't be read
   */
  public CompletableFuture<Long> restore(Path file, Duration patience) {
    return transport
        .send(Call.upload("/v1/snapshot", file).waiting(patience))
        .thenApply(
            answer -> {
              String index =
                  answer.expect(200).headers().firstValue("X-Consul-Index").orElseThrow();
              return Long.parseLong(index);
            });
  }

  /**
   * Tells a node that has no data to become a member. It then is caught up, and votes; {@link
   * #members} shows how far it is.
   *
   * @param address its cluster port, as {@code host:port}
   * @return completes when the node knows
   */
  public CompletableFuture<Void> join(String address) {
    return change("PUT", UrlPath.of("/v1/agent/join/", address));
  }

  /**
   * Removes a member, dead or alive, for good. If it leads, another takes the lead first. Its
   * process ends by itself; its disk can't come back, a node of the same name with an empty disk
   * can.
   *
   * @param node its name, or its id in the Raft group
   * @return completes when it is a member no more
   */
  public CompletableFuture<Void> remove(String node) {
    return change("DELETE", UrlPath.of("/v1/operator/raft/peer", "").add("id", node));
  }

  /**
   * Makes a member that is being caught up vote as soon as it can.
   *
   * @param node its name, or its id in the Raft group
   * @return completes when it votes
   */
  public CompletableFuture<Void> promote(String node) {
    return change("PUT", UrlPath.of("/v1/operator/raft/promote", "").add("id", node));
  }

  /**
   * Makes another member lead.
   *
   * @param node its name, or its id in the Raft group; empty: whoever is next
   * @return completes when it leads
   */
  public CompletableFuture<Void> transferLead(String node) {
    UrlPath path = UrlPath.of("/v1/operator/raft/transfer-leader", "");
    return change("PUT", node.isEmpty() ? path : path.add("id", node));
  }

  private CompletableFuture<Void> change(String method, UrlPath path) {
    return transport
        .send(Call.write(method, path.toString(), null).waiting(CHANGE))
        .thenAccept(answer -> answer.expect(200));
  }

  /**
   * Asks a node for something it says of itself, such as {@code /metrics}: once, at {@link
   * Flotilla#address}.
   *
   * @param path of its HTTP API
   * @return what it answers, whatever the status is
   */
  public CompletableFuture<String> answer(String path) {
    return transport
        .send(Call.read(path).once())
        .thenApply(answer -> new String(answer.body(), StandardCharsets.UTF_8));
  }

  /**
   * Asks {@code /alive} once, at {@link Flotilla#address}.
   *
   * @return true if the node answers; never fails
   */
  public CompletableFuture<Boolean> alive() {
    return probe("/alive");
  }

  /**
   * Asks {@code /ready} once, at {@link Flotilla#address}.
   *
   * @return true if the node can serve reads and writes; never fails
   */
  public CompletableFuture<Boolean> ready() {
    return probe("/ready");
  }

  private CompletableFuture<Boolean> probe(String path) {
    return transport
        .send(Call.read(path).once())
        .handle((Answer answer, Throwable failure) -> failure == null && answer.status() == 200);
  }
}
