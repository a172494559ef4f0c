package io.flotilla.kv;

import akka.actor.typed.ActorRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which gateway wants to hear of which keys. One change costs one look-up by key and one for each
 * length of prefix that is watched, however many watchers there are.
 */
final class Watchers {
  private final Map<Interest, Set<ActorRef<Gateway.FromKeySpace>>> byInterest = new HashMap<>();
  private final Map<ActorRef<Gateway.FromKeySpace>, Set<Interest>> byGateway = new HashMap<>();
  private final TreeMap<Integer, Integer> prefixLengths = new TreeMap<>();

  /** Returns whether the gateway was unknown before. */
  boolean add(ActorRef<Gateway.FromKeySpace> gateway, List<Interest> interests) {
    boolean isNew = !byGateway.containsKey(gateway);
    Set<Interest> own = byGateway.computeIfAbsent(gateway, g -> new HashSet<>());
    for (Interest interest : interests) {
      if (own.add(interest)) {
        Set<ActorRef<Gateway.FromKeySpace>> all =
            byInterest.computeIfAbsent(interest, i -> new HashSet<>());
        if (all.isEmpty() && interest.kind() == Interest.Kind.PREFIX) {
          prefixLengths.merge(interest.path().length(), 1, Integer::sum);
        }
        all.add(gateway);
      }
    }
    return isNew;
  }

  void forget(ActorRef<Gateway.FromKeySpace> gateway, List<Interest> interests) {
    Set<Interest> own = byGateway.get(gateway);
    if (own != null) {
      interests.stream().filter(own::remove).forEach(i -> drop(gateway, i));
    }
  }

  void forgetAll(ActorRef<Gateway.FromKeySpace> gateway) {
    Set<Interest> own = byGateway.remove(gateway);
    if (own != null) {
      own.forEach(i -> drop(gateway, i));
    }
  }

  private void drop(ActorRef<Gateway.FromKeySpace> gateway, Interest interest) {
    Set<ActorRef<Gateway.FromKeySpace>> all = byInterest.get(interest);
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

  /** Tells each gateway which of its interests the changes touched. */
  void notify(List<Change> changes, KeySpaceState before) {
    if (byInterest.isEmpty()) {
      return;
    }
    Map<ActorRef<Gateway.FromKeySpace>, Set<Interest>> touched = new HashMap<>();
    long index = 0;
    KeySpaceState state = before;
    for (Change change : changes) {
      index = change.index();
      touch(Interest.EVERYTHING, touched);
      if (change instanceof Change.Stored s) {
        touch(s.key(), touched);
      } else if (change instanceof Change.Deleted d) {
        touch(d.key(), touched);
      } else if (change instanceof Change.Released r) {
        touch(r.key(), touched);
      } else if (change instanceof Change.SessionCreated || change instanceof Change.SessionEnded) {
        touch(Interest.SESSIONS, touched);
      } else if (change instanceof Change.TreeDeleted d) {
        state.under(d.prefix()).forEach(e -> touch(e.key(), touched));
      }
      state = state.apply(change);
    }
    long at = index;
    touched.forEach(
        (gateway, interests) -> gateway.tell(new Gateway.Changed(List.copyOf(interests), at)));
  }

  private void touch(String key, Map<ActorRef<Gateway.FromKeySpace>, Set<Interest>> touched) {
    touch(Interest.key(key), touched);
    for (int length : prefixLengths.headMap(key.length(), true).keySet()) {
      touch(Interest.prefix(key.substring(0, length)), touched);
    }
  }

  private void touch(
      Interest interest, Map<ActorRef<Gateway.FromKeySpace>, Set<Interest>> touched) {
    for (ActorRef<Gateway.FromKeySpace> g : byInterest.getOrDefault(interest, Set.of())) {
      touched.computeIfAbsent(g, x -> new HashSet<>()).add(interest);
    }
  }
}
