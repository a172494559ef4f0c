package io.flotilla.http;

import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.extractMethod;
import static akka.http.javadsl.server.Directives.extractRequest;
import static akka.http.javadsl.server.Directives.path;
import static akka.http.javadsl.server.Directives.rawPathPrefix;
import static akka.http.javadsl.server.Directives.reject;
import static akka.http.javadsl.server.Directives.withSizeLimit;
import static akka.http.javadsl.server.PathMatchers.separateOnSlashes;
import static akka.http.javadsl.server.PathMatchers.slash;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Rejection;
import akka.http.javadsl.server.Rejections;
import akka.http.javadsl.server.Route;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import scala.jdk.javaapi.DurationConverters;

/** Paths below {@code /v1/} and what answers them. */
final class Endpoints {
  /** With all of its tags, meta and checks a service is smaller. */
  private static final int MAX_BODY_BYTES = 256 * 1024;

  static final Endpoints GET = new Endpoints(HttpMethods.GET);
  static final Endpoints PUT = new Endpoints(HttpMethods.PUT);

  /** Where old clients of Consul use GET to change something. */
  static final Endpoints GET_OR_PUT = new Endpoints(HttpMethods.GET, HttpMethods.PUT);

  static final Endpoints PUT_OR_POST = new Endpoints(HttpMethods.PUT, HttpMethods.POST);

  private final List<HttpMethod> methods;
  private final Route wrongMethod;

  private Endpoints(HttpMethod... methods) {
    this.methods = List.of(methods);
    this.wrongMethod =
        reject(
            Rejections.method(methods[0]),
            this.methods.stream().skip(1).map(Rejections::method).toArray(Rejection[]::new));
  }

  /** Looked at behind the path, so that another method is wrong there, and not unknown. */
  private Route checked(Supplier<Route> inner) {
    return extractMethod(method -> methods.contains(method) ? inner.get() : wrongMethod);
  }

  /** Exactly this path. */
  Route at(String path, Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    return path(
        separateOnSlashes(path),
        () -> checked(() -> extractRequest(r -> completeWithFuture(answer.apply(r)))));
  }

  /** A name behind this path, which may have any characters. */
  Route under(String path, BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> answer) {
    return rawPathPrefix(
        slash().concat(separateOnSlashes(path)).concat(slash()),
        () ->
            checked(() -> extractRequest(r -> completeWithFuture(answer.apply(name(r, path), r)))));
  }

  private static String name(HttpRequest request, String path) {
    String name = Paths.behind(request, "/v1/" + path);
    if (name.isEmpty()) {
      throw ApiError.badParameter("Name what you mean: /v1/" + path + "/NAME.");
    }
    return name;
  }

  /** Reads the body, once the path is known to be this. */
  Route at(
      String path,
      Duration timeout,
      BiFunction<HttpRequest, HttpEntity.Strict, CompletionStage<HttpResponse>> answer) {
    return path(separateOnSlashes(path), () -> body(timeout, MAX_BODY_BYTES, answer));
  }

  Route under(String path, Duration timeout, int maxBytes, NamedBody answer) {
    return rawPathPrefix(
        slash().concat(separateOnSlashes(path)).concat(slash()),
        () ->
            body(
                timeout,
                maxBytes,
                (request, body) -> answer.apply(name(request, path), request, body)));
  }

  interface NamedBody {
    CompletionStage<HttpResponse> apply(String name, HttpRequest request, HttpEntity.Strict body);
  }

  private Route body(
      Duration timeout,
      int maxBytes,
      BiFunction<HttpRequest, HttpEntity.Strict, CompletionStage<HttpResponse>> answer) {
    return checked(
        () ->
            withSizeLimit(
                maxBytes,
                () ->
                    Bodies.strict(
                        DurationConverters.toScala(timeout),
                        maxBytes,
                        body -> extractRequest(r -> completeWithFuture(answer.apply(r, body))))));
  }
}
