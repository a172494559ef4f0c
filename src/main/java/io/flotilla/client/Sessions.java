package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import io.flotilla.client.Transport.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The sessions of one namespace, which hold locks (<a
 * href="https://developer.hashicorp.com/consul/api-docs/session">Consul's sessions</a>). A session
 * ends when it is destroyed or not renewed in time; then the keys it holds are released or deleted.
 * {@link Lease} keeps one alive.
 *
 * <p>"In time" means within its TTL if that is exact, otherwise within twice its TTL, as in Consul;
 * whoever creates the session chooses. When its namespace moves to another node a session may live
 * longer, never shorter.
 *
 * <p>Futures fail with a {@link FlotillaException}, whose page lists the codes. Immutable and
 * thread-safe.
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
   * @param id a UUID
   * @param name for people
   * @param node the node it was created through
   * @param behavior {@code release} or {@code delete}: what happens to its keys when it ends
   * @param ttl as it was given, such as {@code 10s} or {@code 10000ms}; empty if it never expires
   * @param exactTtl whether it ends after its TTL rather than after twice that
   * @param lockDelay in nanoseconds
   * @param createIndex the namespace's index at which it was created
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
   * Creates a session with an exact TTL, whose keys are deleted when it ends and can be acquired by
   * others at once.
   *
   * @param name for people
   * @param ttl as in {@link #create}
   * @return its id; if the outcome is unknown, as in {@link #create}
   */
  public CompletableFuture<String> createEphemeral(String name, Duration ttl) {
    return create(name, ttl, true, "delete", Duration.ZERO);
  }

  /**
   * Creates a session.
   *
   * @param name for people; at most 4,096 characters
   * @param ttl 1 s to 24 h; 0: it never expires
   * @param exactTtl true: it ends one TTL after its last renewal; false: after twice that, unless
   *     the nodes are configured otherwise ({@code flotilla.session.exact-ttl})
   * @param behavior {@code release} or {@code delete}: what happens to its keys when it ends
   * @param lockDelay how long after its end nobody can acquire the keys it held; 0 to 60 s
   * @return its id. If the outcome is unknown, the session may exist without holding anything. It
   *     ends with its TTL; if it never expires, {@link #list} shows it by its name
   */
  public CompletableFuture<String> create(
      String name, Duration ttl, boolean exactTtl, String behavior, Duration lockDelay) {
    String body =
        Jackson.object(
            "Name",
            name,
            "TTL",
            ttl.isZero() ? "" : ttl.toMillis() + "ms",
            "Behavior",
            behavior,
            "LockDelay",
            lockDelay.toMillis() + "ms");
    UrlPath path = exactTtl ? path("create", "").add("exact-ttl") : path("create", "");
    return transport
        .send(Call.write("PUT", path.toString(), body.getBytes(StandardCharsets.UTF_8)))
        .thenApply(a -> Jackson.read(a.expect(200), CREATED).id());
  }

  /**
   * Restarts the TTL.
   *
   * @param id the session's
   * @return false if there is no such session, or no longer
   */
  public CompletableFuture<Boolean> renew(String id) {
    return transport
        .send(Call.write("PUT", path("renew/", id).toString(), null))
        .thenApply(a -> a.expect(200, 404).status() == 200);
  }

  /**
   * Ends a session, if it has not ended already. May be repeated if the outcome is unknown.
   *
   * @param id the session's
   * @return completes once its keys are released or deleted
   */
  public CompletableFuture<Void> destroy(String id) {
    return transport
        .send(Call.write("PUT", path("destroy/", id).toString(), null))
        .thenAccept(a -> a.expect(200));
  }

  /**
   * {@return the session, empty if there is none with this id}
   *
   * @param id the session's
   */
  public CompletableFuture<Optional<Session>> info(String id) {
    return transport
        .send(Call.read(path("info/", id).toString()))
        .thenApply(a -> Jackson.read(a.expect(200), LIST).stream().findFirst());
  }

  /** {@return all sessions of the namespace} */
  public CompletableFuture<List<Session>> list() {
    return transport
        .send(Call.read(path("list", "").toString()))
        .thenApply(a -> Jackson.read(a.expect(200), LIST));
  }

  private UrlPath path(String verb, String id) {
    return UrlPath.of("/v1/session/" + verb, id).add("ns", namespace);
  }
}
