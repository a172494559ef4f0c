package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which gateway of an entity wants to hear of which keys. One change costs one look-up by key and
 * one for each length of prefix that is watched, however many watchers there are.
 */
public final class Watchers {
  private final Map<Interest, Set<ActorRef<Gateway.FromEntity>>> byInterest = new HashMap<>();
  private final Map<ActorRef<Gateway.FromEntity>, Set<Interest>> byGateway = new HashMap<>();
  private final TreeMap<Integer, Integer> prefixLengths = new TreeMap<>();

  /** Returns whether the gateway was unknown before. */
  boolean add(ActorRef<Gateway.FromEntity> gateway, List<Interest> interests) {
    boolean isNew = !byGateway.containsKey(gateway);
    Set<Interest> own = byGateway.computeIfAbsent(gateway, g -> new HashSet<>());
    for (Interest interest : interests) {
      if (own.add(interest)) {
        Set<ActorRef<Gateway.FromEntity>> all =
            byInterest.computeIfAbsent(interest, i -> new HashSet<>());
        if (all.isEmpty() && interest.kind() == Interest.Kind.PREFIX) {
          prefixLengths.merge(interest.path().length(), 1, Integer::sum);
        }
        all.add(gateway);
      }
    }
    return isNew;
  }

  void forget(ActorRef<Gateway.FromEntity> gateway, List<Interest> interests) {
    Set<Interest> own = byGateway.get(gateway);
    if (own != null) {
      interests.stream().filter(own::remove).forEach(i -> drop(gateway, i));
    }
  }

  void forgetAll(ActorRef<Gateway.FromEntity> gateway) {
    Set<Interest> own = byGateway.remove(gateway);
    if (own != null) {
      own.forEach(i -> drop(gateway, i));
    }
  }

  private void drop(ActorRef<Gateway.FromEntity> gateway, Interest interest) {
    Set<ActorRef<Gateway.FromEntity>> all = byInterest.get(interest);
    all.remove(gateway);
    if (all.isEmpty()) {
      byInterest.remove(interest);
      if (interest.kind() == Interest.Kind.PREFIX) {
        prefixLengths.computeIfPresent(
            interest.path().length(), (length, n) -> n == 1 ? null : n - 1);
      }
    }
  }

  void clear() {
    byInterest.clear();
    byGateway.clear();
    prefixLengths.clear();
  }

  /** What an event changes; the gateways that asked for any of it are notified. */
  public final class Touched {
    private final Map<ActorRef<Gateway.FromEntity>, Set<Interest>> byGateway = new HashMap<>();

    private Touched() {}

    /** A key changed, and so did every prefix of it. */
    public void key(String key) {
      touch(Interest.key(key));
      for (int length : prefixLengths.headMap(key.length(), true).keySet()) {
        touch(Interest.prefix(key.substring(0, length)));
      }
      touch(Interest.EVERYTHING);
    }

    public void named(String name) {
      touch(Interest.named(name));
      touch(Interest.EVERYTHING);
    }

    private void touch(Interest interest) {
      for (ActorRef<Gateway.FromEntity> g : byInterest.getOrDefault(interest, Set.of())) {
        byGateway.computeIfAbsent(g, x -> new HashSet<>()).add(interest);
      }
    }
  }

  /**
   * Tells each gateway which of its interests were touched.
   *
   * @param index of the last change
   */
  void notify(long index, Consumer<Touched> change) {
    if (byInterest.isEmpty()) {
      return;
    }
    Touched touched = new Touched();
    change.accept(touched);
    touched.byGateway.forEach(
        (gateway, interests) -> gateway.tell(new Gateway.Changed(List.copyOf(interests), index)));
  }
}
