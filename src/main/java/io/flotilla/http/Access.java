package io.flotilla.http;

import static akka.http.javadsl.server.Directives.complete;
import static akka.http.javadsl.server.Directives.extractRequest;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.Route;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Supplier;

/** Asks for the node's token, if it has one, where Consul's clients put it. */
final class Access {
  private static final String BEARER = "Bearer ";

  private final String token;

  /**
   * @param token empty: everybody may ask
   */
  Access(String token) {
    this.token = token;
  }

  Route guard(Supplier<Route> inner) {
    Route guarded = inner.get();
    if (token.isEmpty()) {
      return guarded;
    }
    return extractRequest(request -> isKnown(request) ? guarded : complete(refusal()));
  }

  private static akka.http.javadsl.model.HttpResponse refusal() {
    return ApiError.response(
        StatusCodes.FORBIDDEN,
        "permission-denied",
        "This node wants its token: as X-Consul-Token, as Authorization: Bearer or as ?token=.");
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

  /** Takes the same time wherever they differ. */
  private boolean same(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
