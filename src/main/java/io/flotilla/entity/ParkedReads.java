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
  private record Parked(Interest interest, Gateway.Request request) {}

  private final Map<Interest, Set<Parked>> byInterest = new HashMap<>();
  private final PriorityQueue<Parked> byTime =
      new PriorityQueue<>(Comparator.comparingLong(p -> p.request().waitNanos()));

  boolean isEmpty() {
    return byInterest.isEmpty();
  }

  void add(Interest interest, Gateway.Request request) {
    Parked parked = new Parked(interest, request);
    byInterest.computeIfAbsent(interest, i -> new LinkedHashSet<>()).add(parked);
    byTime.add(parked);
  }

  /** Those that wait for this; they wait no more. */
  Collection<Gateway.Request> take(Interest interest) {
    Set<Parked> woken = byInterest.remove(interest);
    if (woken == null) {
      return List.of();
    }
    byTime.removeAll(new HashSet<>(woken));
    return woken.stream().map(Parked::request).toList();
  }

  Collection<Gateway.Request> takeAll() {
    List<Gateway.Request> all = new ArrayList<>();
    byTime.forEach(p -> all.add(p.request()));
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
    while (!byTime.isEmpty() && byTime.peek().request().waitNanos() - nowNanos <= 0) {
      Parked parked = byTime.remove();
      over.add(parked.request());
      Set<Parked> others = byInterest.get(parked.interest());
      others.remove(parked);
      if (others.isEmpty()) {
        byInterest.remove(parked.interest());
        ended.add(parked.interest());
      }
    }
    return over;
  }

  boolean isWaitedFor(Interest interest) {
    return byInterest.containsKey(interest);
  }
}
