package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Wait;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** What several routes read from requests in the same way. */
final class Requests {
  static final String REQUEST_ID = "X-Flotilla-Request-Id";
  private static final int MAX_REQUEST_ID = 128;

  /** Parameters about the sender or the form of the answer, not about the operation. */
  private static final Set<String> NOT_ASKED = Set.of("token", "pretty", "near");

  private Requests() {}

  /** The client's own id for a write without a body, or null. */
  static RequestId id(HttpRequest request) {
    return id(request, null);
  }

  /**
   * The client's own id for a write, or null. A repeat must have the same method, path, parameters
   * and body.
   */
  static RequestId id(HttpRequest request, HttpEntity.Strict body) {
    Optional<String> id = request.getHeader(REQUEST_ID).map(HttpHeader::value);
    if (id.isEmpty()) {
      return null;
    }
    if (id.get().isEmpty() || id.get().length() > MAX_REQUEST_ID) {
      throw ApiError.badParameter(
          REQUEST_ID + " must have 1 to " + MAX_REQUEST_ID + " characters.");
    }
    CRC32C fingerprint = new CRC32C();
    fingerprint.update(asked(request).getBytes(StandardCharsets.UTF_8));
    if (body != null) {
      fingerprint.update(body.getData().asByteBuffer());
    }
    return new RequestId(id.get(), (int) fingerprint.getValue());
  }

  private static String asked(HttpRequest request) {
    String params =
        request.getUri().query().toList().stream()
            .filter(p -> !NOT_ASKED.contains(p.first()))
            .map(p -> p.first() + "=" + p.second())
            .sorted()
            .collect(Collectors.joining("&"));
    return request.method().value() + " " + request.getUri().path() + "?" + params;
  }

  /**
   * How long to wait for a change: up to a sixteenth longer than asked, so that many watchers don't
   * all return at once.
   *
   * @throws ApiError if the client waits for as much as it may
   */
  static Wait wait(Params params) {
    if (params.minIndex() == 0) {
      return Wait.NOT;
    }
    Duration wait = params.waitTime();
    ClientLimits.takeOne(params.client().watches());
    return new Wait(
        params.minIndex(),
        wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 16 + 1)),
        params.client().patience());
  }
}
