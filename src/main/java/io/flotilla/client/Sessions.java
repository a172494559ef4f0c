package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The sessions of one namespace: who holds locks. A session ends when it is destroyed or was not
 * renewed within its TTL; the keys it holds are released or deleted then. {@link Lease} keeps one
 * alive.
 */
public final class Sessions {
  private static final TypeReference<List<Session>> LIST = new TypeReference<>() {};
  private static final TypeReference<Created> CREATED = new TypeReference<>() {};

  private final Transport transport;
  private final String namespace;

  Sessions(Transport transport, String namespace) {
    this.transport = transport;
    this.namespace = namespace;
  }

  /**
   * A session as the cluster knows it.
   *
   * @param ttl as it was given, e.g. {@code 10s}; empty if it never expires
   * @param lockDelay in nanoseconds
   */
  public record Session(
      String id,
      String name,
      String node,
      String behavior,
      String ttl,
      long lockDelay,
      long createIndex) {}

  private record Created(String id) {}

  /**
   * Creates a session whose keys are deleted when it ends, and can be acquired by others at once.
   *
   * @param name for people
   * @param ttl 1 s to 24 h
   * @return its id
   */
  public CompletableFuture<String> createEphemeral(String name, Duration ttl) {
    return create(name, ttl, "delete", Duration.ZERO);
  }

  /**
   * @param ttl 1 s to 24 h; zero: it never expires
   * @param behavior {@code release} or {@code delete}: what becomes of its keys when it ends
   * @param lockDelay for so long nobody can acquire its keys after it ended; at most 60 s
   * @return its id
   */
  public CompletableFuture<String> create(
      String name, Duration ttl, String behavior, Duration lockDelay) {
    String body =
        Json.object(
            "Name",
            name,
            "TTL",
            ttl.isZero() ? "" : ttl.toMillis() + "ms",
            "Behavior",
            behavior,
            "LockDelay",
            lockDelay.toMillis() + "ms");
    return transport
        .send(
            Call.write("PUT", path("create", "").toString(), body.getBytes(StandardCharsets.UTF_8)))
        .thenApply(a -> Json.read(a.expect(200), CREATED).id());
  }

  /**
   * Starts the TTL again.
   *
   * @return false if there is no such session any more
   */
  public CompletableFuture<Boolean> renew(String id) {
    return transport
        .send(Call.write("PUT", path("renew/", id).toString(), null))
        .thenApply(a -> a.expect(200, 404).status() == 200);
  }

  /** Ends a session; fine if it has ended already. */
  public CompletableFuture<Void> destroy(String id) {
    return transport
        .send(Call.write("PUT", path("destroy/", id).toString(), null))
        .thenAccept(a -> a.expect(200));
  }

  public CompletableFuture<Optional<Session>> info(String id) {
    return transport
        .send(Call.read(path("info/", id).toString()))
        .thenApply(a -> Json.read(a.expect(200), LIST).stream().findFirst());
  }

  public CompletableFuture<List<Session>> list() {
    return transport
        .send(Call.read(path("list", "").toString()))
        .thenApply(a -> Json.read(a.expect(200), LIST));
  }

  private Path path(String verb, String id) {
    return Path.of("/v1/session/" + verb, id).add("ns", namespace);
  }
}
