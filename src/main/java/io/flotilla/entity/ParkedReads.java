package io.flotilla.entity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A gateway's reads that wait for something to change, or for their time to be over. */
final class ParkedReads {
  /**
   * @param number in the order of arrival; tells those apart that wait until the same time
   */
  private record Parked(Interest interest, Gateway.Request request, long number) {}

  private final Map<Gateway.Request, Parked> byRequest = new HashMap<>();
  private final Map<Interest, Set<Parked>> byInterest = new HashMap<>();
  private final TreeSet<Parked> byTime =
      new TreeSet<>(
          Comparator.<Parked>comparingLong(p -> p.request().waitNanos())
              .thenComparingLong(Parked::number));
  private long lastNumber;

  boolean isEmpty() {
    return byRequest.isEmpty();
  }

  void add(Interest interest, Gateway.Request request) {
    Parked parked = new Parked(interest, request, ++lastNumber);
    byRequest.put(request, parked);
    byInterest.computeIfAbsent(interest, i -> new LinkedHashSet<>()).add(parked);
    byTime.add(parked);
  }

  /** Those that wait for this; they wait no more. */
  Collection<Gateway.Request> take(Interest interest) {
    Set<Parked> woken = byInterest.remove(interest);
    if (woken == null) {
      return List.of();
    }
    byTime.removeAll(woken);
    List<Gateway.Request> requests = woken.stream().map(Parked::request).toList();
    requests.forEach(byRequest::remove);
    return requests;
  }

  Collection<Gateway.Request> takeAll() {
    List<Gateway.Request> all = new ArrayList<>();
    byTime.forEach(p -> all.add(p.request()));
    byRequest.clear();
    byInterest.clear();
    byTime.clear();
    return all;
  }

  /** It waits no more. Returns what it waited for; null if it did not wait. */
  Interest remove(Gateway.Request request) {
    Parked parked = byRequest.remove(request);
    if (parked == null) {
      return null;
    }
    byTime.remove(parked);
    Set<Parked> others = byInterest.get(parked.interest());
    others.remove(parked);
    if (others.isEmpty()) {
      byInterest.remove(parked.interest());
    }
    return parked.interest();
  }

  /**
   * Those whose time is over.
   *
   * @param ended receives the interests that nobody waits for any more
   */
  List<Gateway.Request> takeOver(long nowNanos, Collection<Interest> ended) {
    List<Gateway.Request> over = new ArrayList<>();
    while (!byTime.isEmpty() && byTime.first().request().waitNanos() - nowNanos <= 0) {
      Gateway.Request request = byTime.first().request();
      over.add(request);
      Interest interest = remove(request);
      if (!isWaitedFor(interest)) {
        ended.add(interest);
      }
    }
    return over;
  }

  boolean isWaitedFor(Interest interest) {
    return byInterest.containsKey(interest);
  }
}
