package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import io.flotilla.entity.LeaderContact;
import java.util.List;

/** The headers that Consul's clients read from every answer that has an index. */
final class ConsulHeaders {
  private static final HttpHeader KNOWN_LEADER = RawHeader.create("X-Consul-KnownLeader", "true");
  private static final HttpHeader NO_LEADER = RawHeader.create("X-Consul-KnownLeader", "false");
  private static final HttpHeader FRESH = RawHeader.create("X-Consul-LastContact", "0");

  private ConsulHeaders() {}

  /** Of a linearizable answer: the leader was heard, and nothing is stale. */
  static HttpResponse fresh(HttpResponse response, long index) {
    return response.addHeaders(
        List.of(
            RawHeader.create("X-Consul-Index", Long.toString(Math.max(1, index))),
            KNOWN_LEADER,
            FRESH));
  }

  /** Makes it the answer of this node's own copy. */
  static HttpResponse stale(HttpResponse fresh, LeaderContact leader) {
    return fresh
        .removeHeader("X-Consul-LastContact")
        .removeHeader("X-Consul-KnownLeader")
        .addHeaders(
            List.of(
                leader.known() ? KNOWN_LEADER : NO_LEADER,
                RawHeader.create("X-Consul-LastContact", Long.toString(leader.millis()))));
  }
}
