package io.flotilla.lab;

import akka.actor.typed.Behavior;
import java.time.Duration;

/**
 * An edge cache in front of an origin, as in a content delivery network (RFC 9111, and the "single
 * flight" of memcached's clients: Nishtala et al., "Scaling Memcache at Facebook", 2013). The edge
 * answers from its cache while that is fresh. When it isn't, one request fetches and all others
 * wait for it. What changes is purged; if the purge is late, the time to live is the limit.
 *
 * <p>Assumes that the two nodes don't crash; messages may be lost.
 */
public final class Cdn {
  /** How old an answer may be if no purge arrives. */
  public static final Duration TTL = Duration.ofMillis(150);

  static final Duration RETRY = Duration.ofMillis(80);

  private Cdn() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the edge. */
  public record Get(String user) implements Msg {}

  /** From outside, to the origin: the page has changed. */
  public record Publish() implements Msg {}

  /**
   * @param at the edge's time
   */
  record Fetch(long at) implements Msg {}

  record Page(int version, long askedAt) implements Msg {}

  record Purge(int version) implements Msg {}

  record Purged(int version) implements Msg {}

  record Retry() implements Msg {}

  public record Published(int version) implements Event {}

  /** The origin knows that the edge has nothing older. */
  public record PurgeDone(int version) implements Event {}

  /** The edge begins to fetch, and waits for the page. */
  public record Fetches() implements Event {}

  public record Fetched(int version) implements Event {}

  public record Served(String user, int version) implements Event {}

  /** The behavior of a node by its name. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals("origin")
        ? Nodes.timed((ctx, timers) -> new CdnOrigin(ctx, host, timers))
        : Nodes.timed((ctx, timers) -> new CdnEdge(ctx, host, timers));
  }
}
