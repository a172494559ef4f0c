package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Answer;
import io.flotilla.client.Transport.Call;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a cluster says about itself. */
public final class ClusterApi {
  private static final TypeReference<ClusterView> VIEW = new TypeReference<>() {};

  private static final TypeReference<Replication> REPLICATION = new TypeReference<>() {};

  private final Transport transport;

  ClusterApi(Transport transport) {
    this.transport = transport;
  }

  /** Members, leader and shards as the asked node sees them. */
  public CompletableFuture<ClusterView> view() {
    return transport.send(Call.read("/v1/cluster")).thenApply(a -> Json.read(a.expect(200), VIEW));
  }

  /** Whether the members hold the same state now; asks all of them for a digest of it. */
  public CompletableFuture<Replication> replication() {
    return transport
        .send(Call.read("/v1/replication"))
        .thenApply(a -> Json.read(a.expect(200), REPLICATION));
  }

  /**
   * The answer of {@link #replication}.
   *
   * @param digests of the replicated state, by member; a member that did not answer is missing
   * @param inSync whether all that answered hold the same
   */
  public record Replication(Map<String, String> digests, boolean inSync) {
    public Replication {
      digests = digests == null ? Map.of() : Map.copyOf(digests);
    }
  }

  /** Whether the first address answers at all; never fails. */
  public CompletableFuture<Boolean> alive() {
    return probe("/alive");
  }

  /** Whether the first address takes reads and writes; never fails. */
  public CompletableFuture<Boolean> ready() {
    return probe("/ready");
  }

  private CompletableFuture<Boolean> probe(String path) {
    return transport
        .send(Call.read(path).once())
        .handle((Answer answer, Throwable failure) -> failure == null && answer.status() == 200);
  }
}
