package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.LoadBalancing.Msg;
import io.flotilla.registry.balance.Policy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** Load balancing with one wrong rule each. */
public final class LoadBalancingMutants {
  private LoadBalancingMutants() {}

  private static Behavior<Msg> with(
      Host<Msg> host, Function<ActorContext<Msg>, LoadBalancer> balancer) {
    return host.id().equals("balancer")
        ? Behaviors.setup(balancer::apply)
        : LoadBalancing.server(host);
  }

  /** Each request makes a balancer of its own, so it is always the first server's turn. */
  public static Behavior<Msg> startsAnew(Host<Msg> host) {
    return with(
        host,
        ctx ->
            new LoadBalancer(ctx, host, Policy.ROUND_ROBIN) {
              @Override
              protected String choose(String id, String key) {
                begin();
                return super.choose(id, key);
              }
            });
  }

  /** "In the long run dice are even." */
  public static Behavior<Msg> throwsDice(Host<Msg> host) {
    return with(
        host,
        ctx ->
            new LoadBalancer(ctx, host, Policy.ROUND_ROBIN) {
              @Override
              protected String choose(String id, String key) {
                return servers.get(host.random().nextInt(servers.size()));
              }
            });
  }

  /** A request is counted out as soon as it is sent on, as in the lecture's example. */
  public static Behavior<Msg> releasesAtOnce(Host<Msg> host) {
    return with(
        host,
        ctx ->
            new LoadBalancer(ctx, host, Policy.LEAST_CONNECTIONS) {
              @Override
              protected String choose(String id, String key) {
                String server = super.choose(id, key);
                release(id);
                return server;
              }
            });
  }

  /** Requests are counted in, and never out. */
  public static Behavior<Msg> neverReleases(Host<Msg> host) {
    return with(
        host,
        ctx ->
            new LoadBalancer(ctx, host, Policy.LEAST_CONNECTIONS) {
              @Override
              protected void release(String id) {
                // Nobody has told it.
              }
            });
  }

  /** {@code hash(key) % servers}. */
  public static Behavior<Msg> modulo(Host<Msg> host) {
    return with(
        host,
        ctx ->
            new LoadBalancer(ctx, host, Policy.CONSISTENT_HASH) {
              @Override
              protected String choose(String id, String key) {
                return servers.get((int) Math.floorMod(hash(key), (long) servers.size()));
              }
            });
  }

  /** A ring with three points per server, as in the lecture. */
  public static Behavior<Msg> threePoints(Host<Msg> host) {
    return with(
        host,
        ctx ->
            new LoadBalancer(ctx, host, Policy.CONSISTENT_HASH) {
              @Override
              protected String choose(String id, String key) {
                TreeMap<Long, String> ring = new TreeMap<>();
                for (String server : servers) {
                  for (int i = 0; i < 3; i++) {
                    ring.put(hash(server + "-" + i), server);
                  }
                }
                Map.Entry<Long, String> next = ring.ceilingEntry(hash(key));
                return (next == null ? ring.firstEntry() : next).getValue();
              }
            });
  }

  private static long hash(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
  }
}
