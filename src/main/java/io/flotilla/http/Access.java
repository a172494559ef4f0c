package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import akka.http.scaladsl.model.IllegalUriException;
import io.flotilla.acl.AclToken;
import io.flotilla.acl.Caller;
import io.flotilla.acl.Grant;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import io.flotilla.acl.Resource;
import io.flotilla.acl.Secrets;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who asks, by the token that a request shows in any of the places where Consul's clients
 * put it. Without ACLs there is one token at most, the node's. No web page of others knows a token;
 * of requests without one, the node looks for such pages itself.
 */
final class Access {
  private static final Logger LOG = LoggerFactory.getLogger(Access.class);
  private static final AttributeKey<Caller> CALLER = AttributeKey.create("caller", Caller.class);
  private static final String ANONYMOUS = "anonymous";
  static final String UNKNOWN = "unknown";

  /** The code of what may not be done. */
  static final String DENIED = "permission-denied";

  private static final String BEARER = "Bearer ";

  private final String token;
  private final ForeignPages pages;
  private final Rate guesses;
  private final Optional<Grants> grants;

  /**
   * @param token the node's; empty: it has none
   * @param guesses how often tokens that nobody has may be shown; who shares the address with
   *     somebody who tries them is served as ever
   * @param grants empty: ACLs are off
   */
  Access(String token, ForeignPages pages, Rate guesses, Optional<Grants> grants) {
    this.token = token;
    this.pages = pages;
    this.guesses = guesses;
    this.grants = grants;
  }

  /**
   * The request as it may be handed on; probes, and what is public, need no token.
   *
   * @throws ApiError if it may not
   */
  HttpRequest admitted(HttpRequest request, Need need) {
    if (OperationsRoutes.isOpen(request) || need.isPublic()) {
      return request;
    }
    if (grants.isPresent()) {
      String secret = secret(request);
      if (secret.isEmpty()) {
        pages.check(request);
      }
      boolean stale =
          need.reads()
              && request.method().equals(HttpMethods.GET)
              && request.getUri().query().get("stale").isPresent();
      HttpRequest known = request.addAttribute(CALLER, grants.get().of(secret, stale));
      checkKnown(need, known);
      return known;
    }
    if (token.isEmpty()) {
      pages.check(request);
    } else if (!showsToken(request)) {
      throw refused(
          request,
          new ApiError(
              StatusCodes.FORBIDDEN,
              DENIED,
              "This node requires its token: as X-Consul-Token, Authorization: Bearer or ?token=."));
    }
    return request;
  }

  private boolean showsToken(HttpRequest request) {
    return shown(request).stream().anyMatch(given -> Secrets.same(given, token));
  }

  private void checkKnown(Need need, HttpRequest request) {
    try {
      check(need, request);
    } catch (Refusal refusal) {
      throw refusal.code().equals(Grants.UNKNOWN) ? refused(request, refusal) : refusal;
    }
  }

  /** For who shows a token that nobody has. */
  private RuntimeException refused(HttpRequest request, RuntimeException why) {
    String from = Rate.network(Client.of(request).address());
    if (secret(request).isEmpty() || !guesses.isExceeded(from)) {
      return why;
    }
    LOG.warn("{} sends tokens that nobody has, again and again", Client.of(request).address());
    return new ApiError(
        StatusCodes.TOO_MANY_REQUESTS,
        "too-many-guesses",
        "Too many tokens that nobody has came from your address; try later.");
  }

  static void check(Need need, HttpRequest request) {
    Optional<Grant> grant = grant(request);
    if (grant.isPresent() && !need.isMet(grant.get(), request)) {
      throw denied();
    }
  }

  /**
   * Without ACLs, the node's token is everybody's, so an address tells clients apart.
   *
   * @param address whom it comes from
   */
  Client.Identity identity(HttpRequest request, String address) {
    String who = who(request);
    boolean own =
        grants.isPresent() && !Set.of(ANONYMOUS, UNKNOWN, AclToken.ANONYMOUS_ID).contains(who);
    return new Client.Identity(who, own ? who : Rate.network(address));
  }

  private String who(HttpRequest request) {
    if (grants.isEmpty() && token.isEmpty()) {
      return ANONYMOUS;
    }
    String secret;
    try {
      secret = secret(request);
    } catch (IllegalUriException e) {
      return UNKNOWN; // the router refuses it
    }
    if (secret.isEmpty()) {
      return ANONYMOUS;
    } else if (grants.isPresent()) {
      return grants.get().accessor(secret).orElse(UNKNOWN);
    }
    return showsToken(request) ? Grants.NODE : UNKNOWN;
  }

  /** Completes once the need is no longer met; to be completed when that doesn't matter. */
  CompletableFuture<Void> whileMet(Need need, HttpRequest request) {
    return grants.orElseThrow().whileIt(() -> isMet(need, request));
  }

  private static boolean isMet(Need need, HttpRequest request) {
    try {
      check(need, request);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  static ApiError denied() {
    return new ApiError(StatusCodes.FORBIDDEN, DENIED, "Permission denied");
  }

  /** Whether not everything may be done. */
  static boolean isRestricted(HttpRequest request) {
    return request.getAttribute(CALLER).isPresent();
  }

  /** What whoever asks may do now; empty: everything, as nothing is restricted here. */
  static Optional<Grant> grant(HttpRequest request) {
    return request.getAttribute(CALLER).map(Caller::grant);
  }

  /** For what is known of a request only once its body was read. */
  static void require(HttpRequest request, Resource resource, String name, Level level) {
    if (!may(request, resource, name, level)) {
      throw denied();
    }
  }

  static boolean may(HttpRequest request, Resource resource, String name, Level level) {
    return grant(request).map(grant -> grant.allows(resource, name, level)).orElse(true);
  }

  /** What of a list may be in the answer to this request: of each, the name has to be readable. */
  static <E, L extends Result.Many<E>> L readable(
      HttpRequest request, Resource resource, L list, Function<E, String> name) {
    return seen(
        request, list, (grant, item) -> grant.allows(resource, name.apply(item), Level.READ));
  }

  static <E, L extends Result.Many<E>> L seen(HttpRequest request, L list, Visible.Rule<E> rule) {
    Optional<Grant> grant = grant(request);
    if (grant.isEmpty()) {
      return list;
    }
    @SuppressWarnings("unchecked") // of makes the same kind of list
    L some =
        (L) list.of(list.items().stream().filter(item -> rule.isSeen(grant.get(), item)).toList());
    return some;
  }

  /** The token that counts; empty if there is none. */
  static String secret(HttpRequest request) {
    return shown(request).stream().filter(s -> !s.isEmpty()).findFirst().orElse("");
  }

  /** All that it shows, first what counts first for Consul. */
  private static List<String> shown(HttpRequest request) {
    Optional<String> bearer =
        request
            .getHeader("Authorization")
            .map(HttpHeader::value)
            .filter(v -> v.startsWith(BEARER))
            .map(v -> v.substring(BEARER.length()));
    return Stream.of(
            request.getUri().query().get("token"),
            request.getHeader("X-Consul-Token").map(HttpHeader::value),
            bearer)
        .flatMap(Optional::stream)
        .toList();
  }
}
