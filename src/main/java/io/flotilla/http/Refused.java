package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import java.util.Optional;

/**
 * Why a request is not given to the routes: it could not be read, or there is no place for its
 * connection ({@link Connections}), so that it may only ask whether the node is alive.
 *
 * @param method as far as it could be read
 * @param path likewise
 */
record Refused(ApiError why, String method, String path) {
  private static final AttributeKey<Refused> KEY = AttributeKey.create("refused", Refused.class);

  HttpRequest instead(HttpRequest request) {
    return request.addAttribute(KEY, this);
  }

  static Optional<Refused> of(HttpRequest request) {
    return request.getAttribute(KEY);
  }
}
