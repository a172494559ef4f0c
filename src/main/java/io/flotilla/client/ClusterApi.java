package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Answer;
import io.flotilla.client.Transport.Call;
import java.util.concurrent.CompletableFuture;

/** What a cluster says about itself. */
public final class ClusterApi {
  private static final TypeReference<ClusterView> VIEW = new TypeReference<>() {};

  private final Transport transport;

  ClusterApi(Transport transport) {
    this.transport = transport;
  }

  /** Members, leader and shards as the asked node sees them. */
  public CompletableFuture<ClusterView> view() {
    return transport.send(Call.read("/v1/cluster")).thenApply(a -> Json.read(a.expect(200), VIEW));
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
