package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.registry.balance.Policy;
import java.util.List;
import java.util.Map;

/**
 * Requests of unequal length shared out to equal servers, in turn, to the least busy one, or by a
 * key (Karger et al., "Consistent hashing and random trees", STOC 1997). The balancer of the lab is
 * this product's own: what runs here is what its HTTP proxy and its DNS server run.
 */
public final class LoadBalancing {
  private LoadBalancing() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the balancer: the servers there are now. */
  public record Servers(List<String> names) implements Msg {}

  /** From outside, to the balancer: a request that takes a server so long. */
  public record Request(String id, String key, long millis) implements Msg {}

  public record Work(String id, long millis) implements Msg {}

  public record Served(String id) implements Msg {}

  public record Changed(List<String> servers) implements Event {}

  public record Assigned(String id, String key, String server) implements Event {}

  public record Finished(String id) implements Event {}

  /** How many of {@link #SAMPLE} keys each server would get. */
  public record Shares(Map<String, Integer> keys) implements Event {}

  /** The number of keys in a report of shares. */
  public static final int SAMPLE = 200;

  /** The balancer, or a server. */
  public static Behavior<Msg> create(Host<Msg> host, Policy policy) {
    return host.id().equals("balancer")
        ? Behaviors.setup(ctx -> new LoadBalancer(ctx, host, policy))
        : server(host);
  }

  static Behavior<Msg> server(Host<Msg> host) {
    return Behaviors.withTimers(t -> Behaviors.setup(ctx -> new LoadServer(ctx, host, t)));
  }
}
