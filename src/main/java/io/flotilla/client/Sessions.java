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
 * renewed in time; the keys it holds are released or deleted then. {@link Lease} keeps one alive.
 *
 * <p>In time is within its TTL, exactly, or within twice that, as in Consul: whoever creates the
 * session chooses.
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
   * @param exactTtl whether it ends when that is over, and not when twice that is
   * @param lockDelay in nanoseconds
   */
  public record Session(
      String id,
      String name,
      String node,
      String behavior,
      String ttl,
      boolean exactTtl,
      long lockDelay,
      long createIndex) {}

  private record Created(String id) {}

  /**
   * Creates a session whose keys are deleted when it ends, and can be acquired by others at once.
   * Its TTL is exact.
   *
   * @param name for people
   * @param ttl 1 s to 24 h
   * @return its id
   */
  public CompletableFuture<String> createEphemeral(String name, Duration ttl) {
    return create(name, ttl, true, "delete", Duration.ZERO);
  }

  /**
   * @param ttl 1 s to 24 h; zero: it never expires
   * @param exactTtl true: it ends when its TTL is over and it was not renewed; false: at twice
   *     that, unless the nodes are set otherwise
   * @param behavior {@code release} or {@code delete}: what becomes of its keys when it ends
   * @param lockDelay for so long nobody can acquire its keys after it ended; at most 60 s
   * @return its id
   */
  public CompletableFuture<String> create(
      String name, Duration ttl, boolean exactTtl, String behavior, Duration lockDelay) {
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
    Path path = exactTtl ? path("create", "").add("exact-ttl") : path("create", "");
    return transport
        .send(Call.write("PUT", path.toString(), body.getBytes(StandardCharsets.UTF_8)))
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
