package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.entity.Wait;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** What several routes read from a request in the same way. */
final class Requests {
  static final String REQUEST_ID = "X-Flotilla-Request-Id";
  private static final int MAX_REQUEST_ID = 128;

  private Requests() {}

  /** The client's own id of a write, or null. */
  static String requestId(HttpRequest request) {
    return request
        .getHeader(REQUEST_ID)
        .map(HttpHeader::value)
        .map(
            id -> {
              if (id.isEmpty() || id.length() > MAX_REQUEST_ID) {
                throw ApiError.badParameter(
                    REQUEST_ID + " must have 1 to " + MAX_REQUEST_ID + " characters.");
              }
              return id;
            })
        .orElse(null);
  }

  /**
   * How long to wait for a change; up to a sixteenth longer than asked, so that many watchers do
   * not all come back at once.
   */
  static Wait wait(Params params) {
    if (params.minIndex() == 0) {
      return Wait.NOT;
    }
    Duration wait = params.waitTime();
    return new Wait(
        wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 16 + 1)),
        params.patience());
  }
}
