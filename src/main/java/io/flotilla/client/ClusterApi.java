package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Answer;
import io.flotilla.client.Transport.Call;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a cluster says about itself. {@link #view} and {@link #replication} complete with a {@link
 * FlotillaException} if no node answers.
 */
public final class ClusterApi {
  private static final TypeReference<ClusterView> VIEW = new TypeReference<>() {};

  private static final TypeReference<Replication> REPLICATION = new TypeReference<>() {};

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
