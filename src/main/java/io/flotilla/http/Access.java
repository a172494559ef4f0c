package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Requires the node's token, if one is set, in any of the places where Consul's clients put it. No
 * web page of others knows it; a node without a token looks for such pages itself.
 */
final class Access {
  private static final String BEARER = "Bearer ";

  private final String token;
  private final ForeignPages pages;

  /**
   * @param token empty: no token is required
   */
  Access(String token, ForeignPages pages) {
    this.token = token;
    this.pages = pages;
  }

  /** Probes need no token. */
  void check(HttpRequest request) {
    if (OperationsRoutes.isOpen(request)) {
      return;
    }
    if (token.isEmpty()) {
      pages.check(request);
    } else if (!isKnown(request)) {
      throw new ApiError(
          StatusCodes.FORBIDDEN,
          "permission-denied",
          "This node requires its token: as X-Consul-Token, Authorization: Bearer or ?token=.");
    }
  }

  private boolean isKnown(HttpRequest request) {
    return request.getHeader("X-Consul-Token").map(HttpHeader::value).filter(this::same).isPresent()
        || request
            .getHeader("Authorization")
            .map(HttpHeader::value)
            .filter(v -> v.startsWith(BEARER) && same(v.substring(BEARER.length())))
            .isPresent()
        || request.getUri().query().get("token").filter(this::same).isPresent();
  }

  /** Compares in constant time. */
  private boolean same(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
