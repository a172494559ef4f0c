package io.flotilla.entity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A gateway's reads that wait for something to change, or for their time to be over. */
final class ParkedReads {
  /**
   * @param number tells those apart that wait until the same time
   */
  private record Place(Gateway.Request request, long number) {
    Interest interest() {
      return ((Operation.Read) request.op()).interest();
    }
  }

  private final Map<Interest, Map<Gateway.Request, Place>> byInterest = new HashMap<>();
  private final TreeSet<Place> byTime =
      new TreeSet<>(
          Comparator.<Place>comparingLong(p -> p.request().waitNanos())
              .thenComparingLong(Place::number));
  private long lastNumber;

  boolean isEmpty() {
    return byInterest.isEmpty();
  }

  void add(Interest interest, Gateway.Request request) {
    Place place = new Place(request, ++lastNumber);
    byInterest.computeIfAbsent(interest, i -> new LinkedHashMap<>()).put(request, place);
    byTime.add(place);
  }

  /** Those that wait for this; they wait no more. */
  Collection<Gateway.Request> take(Interest interest) {
    Map<Gateway.Request, Place> woken = byInterest.remove(interest);
    if (woken == null) {
      return List.of();
    }
    woken.values().forEach(byTime::remove);
    return woken.keySet();
  }

  Collection<Gateway.Request> takeAll() {
    List<Gateway.Request> all = new ArrayList<>();
    byInterest.values().forEach(some -> all.addAll(some.keySet()));
    byInterest.clear();
    byTime.clear();
    return all;
  }

  /** Whether it waited; it waits no more. */
  boolean remove(Gateway.Request request) {
    Interest interest = ((Operation.Read) request.op()).interest();
    Map<Gateway.Request, Place> all = byInterest.get(interest);
    Place place = all == null ? null : all.remove(request);
    if (place == null) {
      return false;
    }
    byTime.remove(place);
    if (all.isEmpty()) {
      byInterest.remove(interest);
    }
    return true;
  }

  /**
   * Those whose time is over.
   *
   * @param ended is given the interests that nobody waits for any more
   */
  List<Gateway.Request> takeOver(long nowNanos, Collection<Interest> ended) {
    List<Gateway.Request> over = new ArrayList<>();
    while (!byTime.isEmpty() && byTime.first().request().waitNanos() - nowNanos <= 0) {
      Place first = byTime.first();
      remove(first.request());
      over.add(first.request());
      if (!isWaitedFor(first.interest())) {
        ended.add(first.interest());
      }
    }
    return over;
  }

  boolean isWaitedFor(Interest interest) {
    return byInterest.containsKey(interest);
  }
}
