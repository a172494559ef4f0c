package io.flotilla.entity;

import org.pcollections.AmortizedPQueue;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PQueue;

/**
 * Answers to requests that carried an id, so that a retry is answered as the first was.
 *
 * @param bytes roughly what they occupy
 */
public record RequestMemory(
    PMap<String, RequestRecord> byId, PQueue<RequestRecord> age, long bytes) {
  /** How long an answer is remembered, in the entity's own time: 10 minutes. */
  public static final long MILLIS = 600_000;

  /** How many are remembered at most. */
  static final int MAX = 20_000;

  static final long MAX_BYTES = 8L << 20;

  /**
   * A client's own request id with the answer it got.
   *
   * @param logMillis when it was answered, see {@link LogClock}
   */
  public record RequestRecord(String id, int fingerprint, long logMillis, Result result) {
    long bytes() {
      return 160 + id.length() + result.bytes();
    }
  }

  public static RequestMemory none() {
    return new RequestMemory(HashTreePMap.empty(), AmortizedPQueue.empty(), 0);
  }

  public RequestRecord get(String id) {
    return byId.get(id);
  }

  public RequestMemory with(RequestRecord request) {
    RequestMemory all =
        new RequestMemory(
            byId.plus(request.id(), request), age.plus(request), bytes + request.bytes());
    while (all.age.size() > MAX || all.bytes > MAX_BYTES) {
      all = all.withoutOldest();
    }
    return all;
  }

  public RequestMemory withoutThoseOver(long nowMillis) {
    RequestMemory left = this;
    while (!left.age.isEmpty() && left.age.peek().logMillis() < nowMillis - MILLIS) {
      left = left.withoutOldest();
    }
    return left;
  }

  private RequestMemory withoutOldest() {
    RequestRecord oldest = age.peek();
    return new RequestMemory(byId.minus(oldest.id()), age.minus(), bytes - oldest.bytes());
  }
}
