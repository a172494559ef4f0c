package io.flotilla.registry.balance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Picks instances from the latest table. Thread-safe; one per process.
 *
 * <p>Counts of requests under way, turns and ejections are this process's own: across a cluster,
 * round robin is even per node.
 */
public final class Balancer {
  /** Notified when an instance is left out for a while because it refused. Must not block. */
  @FunctionalInterface
  public interface Listener {
    void ejected(Table.Name service, Instance instance, Duration time);
  }

  private final AtomicReference<Table> table = new AtomicReference<>(Table.empty());
  private final ConcurrentMap<Table.Name, Pool> pools = new ConcurrentHashMap<>();
  private final LongSupplier nanos;
  private final Supplier<RandomGenerator> randoms;
  private final Listener listener;

  /**
   * @param nanos time that only goes forward
   */
  public Balancer(Listener listener, LongSupplier nanos) {
    this(listener, nanos, SplittableRandom::new);
  }

  /**
   * @param randoms one generator for each service
   */
  Balancer(Listener listener, LongSupplier nanos, Supplier<RandomGenerator> randoms) {
    this.listener = listener;
    this.nanos = nanos;
    this.randoms = randoms;
  }

  /**
   * Takes the table, unless the one it has is as new.
   *
   * @return whether it was taken
   */
  public boolean update(Table latest) {
    Table before =
        table.getAndUpdate(t -> latest.version().compareTo(t.version()) > 0 ? latest : t);
    pools.keySet().removeIf(name -> table().upstream(name) == null);
    return latest.version().compareTo(before.version()) > 0;
  }

  public Table table() {
    return table.get();
  }

  /** What this balancer knows of an instance by itself. */
  public record Load(Instance instance, int inFlight, boolean ejected) {}

  /** The loads of a service's instances; empty before anything was picked from it. */
  public List<Load> loads(String namespace, String service) {
    Pool pool = pools.get(new Table.Name(namespace, service));
    return pool == null ? List.of() : pool.loads(nanos.getAsLong());
  }

  /** Picks by the table's policy. */
  public Optional<Picked> pick(String namespace, String service, String key) {
    return pick(namespace, service, null, key, Set.of());
  }

  /**
   * An instance for one request or connection, which counts as under way there until the answer is
   * closed.
   *
   * @param policy null: the table's
   * @param key for {@link Policy#CONSISTENT_HASH}
   * @param not endpoints that were tried for the same request
   * @return empty if there is no instance, or no such service, see {@link Table#upstream}
   */
  public Optional<Picked> pick(
      String namespace, String service, Policy policy, String key, Set<String> not) {
    Table latest = table.get();
    Table.Name name = new Table.Name(namespace, service);
    Upstream upstream = latest.upstream(name);
    if (upstream == null) {
      return Optional.empty();
    }
    Pool pool = pools.computeIfAbsent(name, n -> new Pool(randoms.get()));
    return Optional.ofNullable(pool.pick(upstream, policy, key, not, nanos.getAsLong()))
        .map(
            member ->
                new Picked(
                    pool,
                    member,
                    name,
                    policy == null ? upstream.policy() : policy,
                    latest.version()));
  }

  /** An instance that is in use until this is closed. */
  public final class Picked implements AutoCloseable {
    private final Pool pool;
    private final PoolMember member;
    private final Instance instance;
    private final Table.Name name;
    private final Policy policy;
    private final Version version;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Picked(Pool pool, PoolMember member, Table.Name name, Policy policy, Version version) {
      this.pool = pool;
      this.member = member;
      this.instance = member.instance;
      this.name = name;
      this.policy = policy;
      this.version = version;
    }

    public Instance instance() {
      return instance;
    }

    public Policy policy() {
      return policy;
    }

    /** The version of the table it was picked from. */
    public Version version() {
      return version;
    }

    /** It took the connection: it is not left out, and the next ejection is a short one again. */
    public void connected() {
      pool.readmit(member);
    }

    /**
     * It refused the connection, or did not answer in time: it is left out for a while, longer each
     * time. Closes this.
     */
    public void refused() {
      close();
      Duration time = pool.eject(member, nanos.getAsLong());
      if (!time.isZero()) {
        listener.ejected(name, instance, time);
      }
    }

    /** May be called more than once. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        pool.done(member);
      }
    }
  }
}
