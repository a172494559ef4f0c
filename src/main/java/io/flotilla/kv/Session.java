package io.flotilla.kv;

import java.util.List;

/**
 * A holder of locks, as Consul describes it
 * (https://developer.hashicorp.com/consul/api-docs/session). The keys it locked are released or
 * deleted when it ends.
 *
 * @param node on which the owner says it runs
 * @param ttlMillis what the client asked for: see {@link #lifeMillis}
 * @param ttl the same as the client wrote it, e.g. {@code 10s}; empty if there is none
 * @param exactTtl whether it ends when its TTL is over, rather than when twice that is. It is part
 *     of the session, so that it is the same wherever the session is kept.
 * @param lockDelayNanos how long after an involuntary end nobody can acquire what it held
 * @param nodeChecks ids of checks of the node: the session ends when one of them is critical
 * @param serviceChecks ids of checks of services on the node, likewise
 * @param oldChecks those of {@code nodeChecks} that the client gave by their older name, {@code
 *     Checks}; they are shown under that name
 * @param owner the client that made it, whose limits it counts against; empty: not known
 * @param createIndex the namespace's index when it was created
 */
public record Session(
    String id,
    String name,
    String node,
    Behavior behavior,
    long ttlMillis,
    String ttl,
    boolean exactTtl,
    long lockDelayNanos,
    List<String> nodeChecks,
    List<String> serviceChecks,
    List<String> oldChecks,
    String owner,
    long createIndex) {

  /** What becomes of the keys it holds when it ends. */
  public enum Behavior {
    RELEASE,
    DELETE
  }

  public static final long MIN_TTL_MILLIS = 1_000;
  public static final long MAX_TTL_MILLIS = 86_400_000;
  public static final long MAX_LOCK_DELAY_NANOS = 60_000_000_000L;

  Session createdAt(long index) {
    return new Session(
        id,
        name,
        node,
        behavior,
        ttlMillis,
        ttl,
        exactTtl,
        lockDelayNanos,
        nodeChecks,
        serviceChecks,
        oldChecks,
        owner,
        index);
  }

  /**
   * It ends once it has not been renewed for this long, at most half a second late; 0: it ends only
   * when it is destroyed or one of its checks fails. Consul's sessions end at twice their TTL, and
   * its clients count on it: Patroni asks for half of what it means.
   */
  long lifeMillis() {
    return exactTtl ? ttlMillis : 2 * ttlMillis;
  }

  boolean dependsOn(String check) {
    return nodeChecks.contains(check) || serviceChecks.contains(check);
  }

  /** Roughly what it occupies. */
  int bytes() {
    return 320
        + id.length()
        + name.length()
        + node.length()
        + ttl.length()
        + owner.length()
        + bytes(nodeChecks)
        + bytes(serviceChecks)
        + bytes(oldChecks);
  }

  private static int bytes(List<String> checks) {
    return checks.stream().mapToInt(c -> 48 + c.length()).sum();
  }
}
