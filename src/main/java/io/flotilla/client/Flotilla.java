package io.flotilla.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A connection to a Flotilla cluster.
 *
 * <pre>{@code
 * try (Flotilla flotilla = Flotilla.connect("127.0.0.1:8500,8501,8502")) {
 *   flotilla.kv().set("colour", "green").join();
 *   flotilla.kv().get("colour").join().ifPresent(e -> System.out.println(e.text()));
 * }
 * }</pre>
 *
 * <p>Thread-safe; share one instance. Futures complete on the HTTP client's threads: what follows
 * them must not block. They fail with a {@link FlotillaException} (wrapped in {@link
 * CompletionException} by {@code join}); {@link #await} waits and unwraps it.
 */
public final class Flotilla implements AutoCloseable {
  private final Transport transport;

  private Flotilla(Builder builder) {
    this.transport = new Transport(builder);
  }

  /**
   * Connects to the first of these addresses that serves.
   *
   * @param addresses {@code host:port} or URLs separated by commas; a bare port means the host
   *     before it
   */
  public static Flotilla connect(String addresses) {
    return builder(addresses).build();
  }

  public static Builder builder(String addresses) {
    return new Builder(Addresses.parse(addresses));
  }

  /** The keys of the namespace {@code default}. */
  public KeyValue kv() {
    return new KeyValue(transport, null, Consistency.DEFAULT);
  }

  /** The keys of one namespace. */
  public KeyValue kv(String namespace) {
    return new KeyValue(transport, Objects.requireNonNull(namespace), Consistency.DEFAULT);
  }

  /** The sessions of the namespace {@code default}. */
  public Sessions sessions() {
    return new Sessions(transport, null);
  }

  /** The sessions of one namespace. */
  public Sessions sessions(String namespace) {
    return new Sessions(transport, Objects.requireNonNull(namespace));
  }

  /**
   * A session of the namespace {@code default} that is kept alive until it is closed; its keys
   * vanish with it.
   *
   * @param name for people
   * @param ttl when this process dies, the session ends so much later; 1 s to 24 h
   */
  public Lease lease(String name, Duration ttl) {
    return Lease.open(sessions(), name, ttl);
  }

  /** A lock of the namespace {@code default}; a holder that dies loses it after 10 s. */
  public Lock lock(String key) {
    return lock(null, key, Lock.DEFAULT_TTL);
  }

  /**
   * @param namespace null: {@code default}
   * @param ttl a holder that dies loses it so much later; 1 s to 24 h
   */
  public Lock lock(String namespace, String key, Duration ttl) {
    return new Lock(keys(namespace), new Sessions(transport, namespace), key, self(), ttl);
  }

  /** An election of the namespace {@code default}; a leader that dies is followed after 10 s. */
  public Election election(String name, String candidate) {
    return election(null, name, candidate, Lock.DEFAULT_TTL);
  }

  /**
   * @param namespace null: {@code default}
   * @param candidate this candidate's name, for people
   * @param ttl a leader that dies is followed so much later; 1 s to 24 h
   */
  public Election election(String namespace, String name, String candidate, Duration ttl) {
    return new Election(keys(namespace), new Sessions(transport, namespace), name, candidate, ttl);
  }

  /** A semaphore of the namespace {@code default}; the permits of the dead return after 10 s. */
  public Semaphore semaphore(String key, int permits) {
    return semaphore(null, key, permits, Lock.DEFAULT_TTL);
  }

  /**
   * @param namespace null: {@code default}
   * @param ttl a holder that dies loses its permit so much later; 1 s to 24 h
   */
  public Semaphore semaphore(String namespace, String key, int permits, Duration ttl) {
    return new Semaphore(
        keys(namespace), new Sessions(transport, namespace), key, permits, self(), ttl);
  }

  private KeyValue keys(String namespace) {
    return new KeyValue(transport, namespace, Consistency.DEFAULT);
  }

  /** How this process is called where people see who holds a lock. */
  private static String self() {
    return "process " + ProcessHandle.current().pid();
  }

  /** The services of the namespace {@code default}. */
  public Services services() {
    return new Services(transport, null);
  }

  /** The services of one namespace. */
  public Services services(String namespace) {
    return new Services(transport, Objects.requireNonNull(namespace));
  }

  /** The topics of the namespace {@code default}. */
  public Topics topics() {
    return new Topics(transport, null);
  }

  /** The topics of one namespace. */
  public Topics topics(String namespace) {
    return new Topics(transport, Objects.requireNonNull(namespace));
  }

  /** Members, leader, shards, readiness. */
  public ClusterApi cluster() {
    return new ClusterApi(transport);
  }

  /** The address that is asked first at the moment. */
  public URI address() {
    return transport.preferred();
  }

  /** Waits for the result; throws the {@link FlotillaException} itself instead of a wrapper. */
  public static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FlotillaException known) {
        throw known;
      }
      throw e;
    }
  }

  /** Refuses further requests and ends the retries of those under way. */
  @Override
  public void close() {
    transport.close();
  }

  /** What a connection can be told beyond its addresses. */
  public static final class Builder {
    final List<URI> addresses;
    Duration deadline = Duration.ofSeconds(15);
    Duration attempt = Duration.ofSeconds(3);
    Duration connect = Duration.ofSeconds(1);
    String token;
    FailoverListener listener = (from, to, reason) -> {};

    private Builder(List<URI> addresses) {
      this.addresses = addresses;
    }

    /** How long an operation may take over all its attempts. Default 15 s. */
    public Builder deadline(Duration deadline) {
      this.deadline = positive(deadline);
      return this;
    }

    /**
     * How long one address may take to answer before the next one is asked. Default 3 s; shorter
     * moves on sooner from a node that hangs, longer sends fewer repeats while a cluster elects.
     */
    public Builder attemptTimeout(Duration attempt) {
      this.attempt = positive(attempt);
      return this;
    }

    /** How long connecting to one address may take. Default 1 s. */
    public Builder connectTimeout(Duration connect) {
      this.connect = positive(connect);
      return this;
    }

    /** Sent as {@code X-Consul-Token}. Default none. */
    public Builder token(String token) {
      this.token = token;
      return this;
    }

    public Builder onFailover(FailoverListener listener) {
      this.listener = Objects.requireNonNull(listener);
      return this;
    }

    public Flotilla build() {
      return new Flotilla(this);
    }

    private static Duration positive(Duration d) {
      if (d.isNegative() || d.isZero()) {
        throw new IllegalArgumentException("a time-out must be positive, not " + d);
      }
      return d;
    }
  }
}
