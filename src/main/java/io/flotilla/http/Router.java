package io.flotilla.http;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Allow;
import akka.http.scaladsl.model.Uri;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Finds the endpoint for a request, and turns failures there into error answers. */
final class Router {
  /** A path and the segments that may follow it. */
  private static final class Place {
    final Map<String, Place> next = new HashMap<>();
    final List<Endpoint> here = new ArrayList<>();
    final List<Endpoint> below = new ArrayList<>();
  }

  /** A larger body is parsed elsewhere: meanwhile, the others on the event loop would wait. */
  private static final int FEW_BYTES = 16 * 1024;

  private final ActorSystem<?> system;
  private final Access access;
  private final Place root = new Place();

  /**
   * @param endpoints of those at the same path, the first has precedence
   */
  Router(ActorSystem<?> system, Access access, List<List<Endpoint>> endpoints) {
    this.system = system;
    this.access = access;
    endpoints.forEach(table -> table.forEach(this::add));
  }

  private void add(Endpoint endpoint) {
    Place place = root;
    for (String segment : endpoint.path().substring(1).split("/")) {
      place = place.next.computeIfAbsent(segment, name -> new Place());
    }
    if (endpoint.reach().isHere()) {
      place.here.add(endpoint);
    }
    if (endpoint.reach().isBelow()) {
      place.below.add(endpoint);
    }
  }

  /** Never fails. */
  CompletionStage<HttpResponse> answer(HttpRequest request) {
    CompletionStage<HttpResponse> answer;
    try {
      answer = asked(request);
    } catch (Exception e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.exceptionally(failure -> Failures.response(request, failure, isEnding()));
  }

  private CompletionStage<HttpResponse> asked(HttpRequest request) {
    List<Endpoint> candidates = new ArrayList<>();
    collect(root, request.getUri().asScala().path(), candidates);
    for (Endpoint endpoint : candidates) {
      if (endpoint.takes(request.method())) {
        return admitted(endpoint, access.admitted(request, endpoint.need()));
      }
    }
    access.admitted(request, Need.NOTHING); // or nothing is told, not even what there is
    if (request.method().equals(HttpMethods.OPTIONS) && !candidates.isEmpty()) {
      return CompletableFuture.completedFuture(HttpResponse.create().addHeader(allow(candidates)));
    }
    throw candidates.isEmpty() ? unknownPath() : wrongMethod(request, candidates);
  }

  private CompletionStage<HttpResponse> admitted(Endpoint endpoint, HttpRequest request) {
    CompletionStage<HttpResponse> answer = begun(endpoint, request);
    return Access.isRestricted(request)
        ? answer.thenApply(late -> still(endpoint, request, late))
        : answer;
  }

  private CompletionStage<HttpResponse> begun(Endpoint endpoint, HttpRequest request) {
    return endpoint.maxBytes() == 0
        ? endpoint.handler().answer(request, null)
        : Client.of(request)
            .body()
            .whole(endpoint.maxBytes())
            .thenCompose(body -> handled(endpoint, request, body));
  }

  /**
   * A read may have waited; what it needs may be gone since. A write is done, and says so. Events
   * come as long as they may.
   */
  private HttpResponse still(Endpoint endpoint, HttpRequest request, HttpResponse answer) {
    try {
      if (request.method().equals(HttpMethods.GET)) {
        Access.check(endpoint.need(), request);
      }
      return EventStream.is(answer)
          ? EventStream.during(access.whileMet(endpoint.need(), request), answer)
          : answer;
    } catch (RuntimeException e) {
      answer.discardEntityBytes(system);
      throw e;
    }
  }

  private CompletionStage<HttpResponse> handled(
      Endpoint endpoint, HttpRequest request, HttpEntity.Strict body) {
    return body.getData().size() <= FEW_BYTES
        ? endpoint.handler().answer(request, body)
        : CompletableFuture.supplyAsync(
                () -> endpoint.handler().answer(request, body), system.executionContext())
            .thenCompose(Function.identity());
  }

  /** Collects the longest path first. Paths are compared segment by segment, decoded. */
  private static void collect(Place place, Uri.Path rest, List<Endpoint> candidates) {
    if (rest.isEmpty()) {
      candidates.addAll(place.here);
    } else if (rest.startsWithSlash()) {
      Uri.Path behind = rest.tail();
      boolean named = behind.startsWithSegment();
      Place next = place.next.get(named ? (String) behind.head() : "");
      if (next != null) {
        collect(next, named ? behind.tail() : behind, candidates);
      }
      candidates.addAll(place.below);
    }
  }

  private static ApiError unknownPath() {
    return new ApiError(StatusCodes.NOT_FOUND, "unknown-path", "There is nothing at this path.");
  }

  private static ApiError wrongMethod(HttpRequest request, List<Endpoint> candidates) {
    return new ApiError(
        StatusCodes.METHOD_NOT_ALLOWED,
        "wrong-method",
        "method " + request.method().value() + " not allowed here; see the Allow header.",
        List.of(allow(candidates)));
  }

  private static HttpHeader allow(List<Endpoint> candidates) {
    return Allow.create(
        candidates.stream()
            .flatMap(endpoint -> endpoint.methods().stream())
            .distinct()
            .toArray(HttpMethod[]::new));
  }

  /** While shutting down, this explains failures without a reason of their own. */
  private boolean isEnding() {
    return CoordinatedShutdown.get(system).getShutdownReason().isPresent();
  }
}
