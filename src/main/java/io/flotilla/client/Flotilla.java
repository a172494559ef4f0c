package io.flotilla.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

/**
 * A client of a Flotilla cluster, and the way to everything in this package.
 *
 * <pre>{@code
 * try (Flotilla flotilla = Flotilla.connect("127.0.0.1:8500,8501,8502")) {
 *   flotilla.kv().set("colour", "green").join();
 *   flotilla.kv().get("colour").join().ifPresent(e -> System.out.println(e.text()));
 * }
 * }</pre>
 *
 * <p>Thread-safe; share one instance. Futures complete on the HTTP client's threads, so whatever is
 * chained to them must not block. They fail with a {@link FlotillaException}, which {@code join}
 * wraps in a {@link CompletionException}; {@link #await} waits and unwraps it.
 *
 * <p>A request is sent to one address after another until one serves it or the deadline has passed;
 * it fails at once if none of them can be connected to. A text that holds half of a surrogate pair
 * can't be sent: such a key, name or namespace is refused with {@link IllegalArgumentException} at
 * once.
 */
public final class Flotilla implements AutoCloseable {
  private final Transport transport;

  private Flotilla(Builder builder) {
    this.transport = new Transport(builder);
  }

  /**
   * Makes a client with the default settings. Nothing is sent yet.
   *
   * @param addresses {@code host:port} or URLs ({@code http}, {@code https}) without a path,
   *     separated by commas; a port alone belongs to the host before it, a host alone has port 8500
   *     ({@code https}: 443)
   * @return a client that asks the first address until it fails, then the next
   * @throws IllegalArgumentException if one of them is not an address
   */
  public static Flotilla connect(String addresses) {
    return builder(addresses).build();
  }

  /**
   * Starts a client with settings of its own.
   *
   * @param addresses as in {@link #connect}
   * @return a builder with the default settings
   * @throws IllegalArgumentException if one of them is not an address
   */
  public static Builder builder(String addresses) {
    return new Builder(Addresses.parse(addresses));
  }

  /** {@return the keys of the namespace {@code default}} */
  public KeyValue kv() {
    return new KeyValue(transport, null, Consistency.DEFAULT);
  }

  /**
   * {@return the keys of one namespace}
   *
   * @param namespace at most 128 bytes of UTF-8; it need not exist
   */
  public KeyValue kv(String namespace) {
    return new KeyValue(transport, Objects.requireNonNull(namespace), Consistency.DEFAULT);
  }

  /** {@return the sessions of the namespace {@code default}} */
  public Sessions sessions() {
    return new Sessions(transport, null);
  }

  /**
   * {@return the sessions of one namespace}
   *
   * @param namespace at most 128 bytes of UTF-8; it need not exist
   */
  public Sessions sessions(String namespace) {
    return new Sessions(transport, Objects.requireNonNull(namespace));
  }

  /**
   * Creates a session in the namespace {@code default} and keeps it alive until it is closed. Keys
   * that it holds are deleted when it ends.
   *
   * @param name for people
   * @param ttl about how long after this process dies the session ends; 1 s to 24 h
   * @return the session, which is being renewed
   * @throws IllegalArgumentException if the TTL is another
   * @throws FlotillaException if the session can't be created. If the outcome is unknown, it may
   *     exist; it then ends with its TTL, as nothing renews it
   */
  public Lease lease(String name, Duration ttl) {
    return Lease.open(sessions(), name, ttl);
  }

  /**
   * {@return locks and other recipes in the namespace {@code default}}
   *
   * <p>If a process dies, it no longer takes part about 10 s later.
   */
  public Recipes recipes() {
    return recipes(null, Recipes.DEFAULT_TTL);
  }

  /**
   * {@return locks and other recipes}
   *
   * @param namespace null: {@code default}
   * @param ttl about how long after its process dies somebody no longer takes part; 1 s to 24 h
   * @throws IllegalArgumentException if the TTL is another
   */
  public Recipes recipes(String namespace, Duration ttl) {
    return new Recipes(
        new KeyValue(transport, namespace, Consistency.DEFAULT),
        new Sessions(transport, namespace),
        ttl);
  }

  /**
   * {@return a lock in the namespace {@code default}, not yet acquired}
   *
   * @param key as in {@link Recipes#lock}
   */
  public Lock lock(String key) {
    return recipes().lock(key);
  }

  /** {@return the services of the namespace {@code default}} */
  public Services services() {
    return new Services(transport, null);
  }

  /**
   * {@return the services of one namespace}
   *
   * @param namespace at most 128 bytes of UTF-8; it need not exist
   */
  public Services services(String namespace) {
    return new Services(transport, Objects.requireNonNull(namespace));
  }

  /** {@return the topics of the namespace {@code default}} */
  public Topics topics() {
    return new Topics(transport, null);
  }

  /**
   * {@return the topics of one namespace}
   *
   * @param namespace at most 128 bytes of UTF-8; it need not exist
   */
  public Topics topics(String namespace) {
    return new Topics(transport, Objects.requireNonNull(namespace));
  }

  /** {@return what the cluster says about itself: members, leader, shards, readiness} */
  public ClusterApi cluster() {
    return new ClusterApi(transport);
  }

  /** {@return the tokens and policies of the cluster} */
  public AclApi acl() {
    return new AclApi(transport);
  }

  /** {@return all addresses, in the order in which they were given} */
  public List<URI> addresses() {
    return transport.addresses();
  }

  /** {@return the address that is asked first at the moment} */
  public URI address() {
    return transport.preferred();
  }

  /**
   * Waits for the result; interrupts do not end the wait.
   *
   * @param <T> the result's type
   * @param future of this client
   * @return the result
   * @throws FlotillaException itself, instead of the {@link CompletionException} that wraps it
   */
  public static <T> T await(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (FlotillaException.unwrap(e) instanceof FlotillaException known) {
        throw known;
      }
      throw e;
    }
  }

  /**
   * Ends all retries: a request under way ends with its present attempt, and one sent after this
   * has only one. Close leases, locks, registrations, watches and subscriptions before; this does
   * not.
   */
  @Override
  public void close() {
    transport.close();
  }

  /** The settings of a client. */
  public static final class Builder {
    final List<URI> addresses;
    Duration deadline = Duration.ofSeconds(15);
    Duration attempt = Duration.ofSeconds(3);
    Duration connect = Duration.ofSeconds(1);
    String token;
    SSLContext tls;
    FailoverListener listener = (from, to, reason) -> {};

    private Builder(List<URI> addresses) {
      this.addresses = addresses;
    }

    /**
     * Limits how long an operation may take over all its attempts. Default 15 s. The wait of a
     * blocking query comes on top.
     *
     * @param deadline more than 0
     * @return this builder
     * @throws IllegalArgumentException if it is not more than 0
     */
    public Builder deadline(Duration deadline) {
      this.deadline = positive(deadline);
      return this;
    }

    /**
     * Limits how long one address may take to answer before the next one is asked. Default 3 s; a
     * shorter time leaves a node that hangs sooner, a longer one sends fewer repeats while the
     * cluster elects a leader.
     *
     * @param attempt more than 0
     * @return this builder
     * @throws IllegalArgumentException if it is not more than 0
     */
    public Builder attemptTimeout(Duration attempt) {
      this.attempt = positive(attempt);
      return this;
    }

    /**
     * Limits how long connecting to one address may take. Default 1 s.
     *
     * @param connect more than 0
     * @return this builder
     * @throws IllegalArgumentException if it is not more than 0
     */
    public Builder connectTimeout(Duration connect) {
      this.connect = positive(connect);
      return this;
    }

    /**
     * Sends a token with each request, as {@code X-Consul-Token}.
     *
     * @param token null, the default: none
     * @return this builder
     */
    public Builder token(String token) {
      this.token = token;
      return this;
    }

    /**
     * Says whom {@code https} addresses are believed to be, and what the client proves itself with.
     *
     * @param tls null, the default: Java's own, with the CAs that it knows
     * @return this builder
     */
    public Builder tls(SSLContext tls) {
      this.tls = tls;
      return this;
    }

    /**
     * Reports when the client leaves an address for the next one.
     *
     * @param listener replaces an earlier one
     * @return this builder
     */
    public Builder onFailover(FailoverListener listener) {
      this.listener = Objects.requireNonNull(listener);
      return this;
    }

    /** {@return a client with these settings; nothing is sent yet} */
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
