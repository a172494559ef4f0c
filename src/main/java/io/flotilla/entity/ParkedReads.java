package io.flotilla.entity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** A gateway's reads that wait for something to change, or for their time to be over. */
final class ParkedReads {
  private final Map<Interest, Set<Gateway.Request>> byInterest = new HashMap<>();
  private final PriorityQueue<Gateway.Request> byTime =
      new PriorityQueue<>(Comparator.comparingLong(Gateway.Request::waitNanos));

  boolean isEmpty() {
    return byInterest.isEmpty();
  }

  void add(Interest interest, Gateway.Request request) {
    byInterest.computeIfAbsent(interest, i -> new LinkedHashSet<>()).add(request);
    byTime.add(request);
  }

  /** Those that wait for this; they wait no more. */
  Collection<Gateway.Request> take(Interest interest) {
    Set<Gateway.Request> woken = byInterest.remove(interest);
    if (woken == null) {
      return List.of();
    }
    byTime.removeAll(new HashSet<>(woken));
    return woken;
  }

  Collection<Gateway.Request> takeAll() {
    List<Gateway.Request> all = new ArrayList<>();
    byInterest.values().forEach(all::addAll);
    byInterest.clear();
    byTime.clear();
    return all;
  }

  /**
   * Those whose time is over.
   *
   * @param ended is given the interests that nobody waits for any more
   */
  List<Gateway.Request> takeOver(long nowNanos, Collection<Interest> ended) {
    List<Gateway.Request> over = new ArrayList<>();
    while (!byTime.isEmpty() && byTime.peek().waitNanos() - nowNanos <= 0) {
      Gateway.Request request = byTime.remove();
      over.add(request);
      Interest interest = ((Operation.Read) request.op()).interest();
      Set<Gateway.Request> others = byInterest.get(interest);
      others.remove(request);
      if (others.isEmpty()) {
        byInterest.remove(interest);
        ended.add(interest);
      }
    }
    return over;
  }

  boolean isWaitedFor(Interest interest) {
    return byInterest.containsKey(interest);
  }
}
