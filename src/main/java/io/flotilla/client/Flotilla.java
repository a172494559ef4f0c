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
