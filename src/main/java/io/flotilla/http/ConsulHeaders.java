package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import io.flotilla.entity.LeaderContact;
import java.util.List;

/** The headers that Consul's clients expect on every answer that has an index. */
final class ConsulHeaders {
  private static final HttpHeader KNOWN_LEADER = RawHeader.create("X-Consul-KnownLeader", "true");
  private static final HttpHeader NO_LEADER = RawHeader.create("X-Consul-KnownLeader", "false");
  private static final HttpHeader FRESH = RawHeader.create("X-Consul-LastContact", "0");

  private ConsulHeaders() {}

  /** For a linearizable answer: the leader was reached, and nothing is stale. */
  static HttpResponse fresh(HttpResponse response, long index) {
    return response.addHeaders(List.of(index(index), KNOWN_LEADER, FRESH));
  }

  /** For an answer from this node's own copy. */
  static HttpResponse stale(HttpResponse response, long index, LeaderContact leader) {
    return response.addHeaders(
        List.of(
            index(index),
            leader.known() ? KNOWN_LEADER : NO_LEADER,
            RawHeader.create("X-Consul-LastContact", Long.toString(leader.millis()))));
  }

  private static HttpHeader index(long index) {
    return RawHeader.create("X-Consul-Index", Long.toString(Math.max(1, index)));
  }
}
