package io.flotilla.entity;

import java.util.List;
import org.pcollections.AmortizedPQueue;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PQueue;

/** Answers to requests that carried an id, so that a retry is answered as the first was. */
public record RequestMemory(PMap<String, RequestRecord> byId, PQueue<RequestRecord> age) {
  /** How long an answer is remembered: 10 minutes. */
  public static final long MILLIS = 600_000;

  /** And how many at most. */
  static final int MAX = 20_000;

  /** A client's own request id with the answer it got. */
  public record RequestRecord(String id, int fingerprint, long timeMillis, Result result) {}

  public static RequestMemory none() {
    return new RequestMemory(HashTreePMap.empty(), AmortizedPQueue.empty());
  }

  public RequestRecord get(String id) {
    return byId.get(id);
  }

  public RequestMemory with(List<RequestRecord> more, long nowMillis) {
    PMap<String, RequestRecord> known = byId;
    PQueue<RequestRecord> queue = age;
    for (RequestRecord request : more) {
      known = known.plus(request.id(), request);
      queue = queue.plus(request);
    }
    while (!queue.isEmpty()
        && (queue.size() > MAX || queue.peek().timeMillis() < nowMillis - MILLIS)) {
      known = known.minus(queue.peek().id());
      queue = queue.minus();
    }
    return known == byId ? this : new RequestMemory(known, queue);
  }
}
