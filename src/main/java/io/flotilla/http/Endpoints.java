package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.http.Endpoint.Handler;
import io.flotilla.http.Endpoint.Reach;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Builds the rows of the routing tables: {@code GET.at("/v1/cluster", Need.NOTHING,
 * this::cluster)}. If a row gives a number of bytes, the request's body is read, up to that limit.
 */
final class Endpoints {
  static final Endpoints GET = new Endpoints(HttpMethods.GET);
  static final Endpoints PUT = new Endpoints(HttpMethods.PUT);
  static final Endpoints POST = new Endpoints(HttpMethods.POST);
  static final Endpoints DELETE = new Endpoints(HttpMethods.DELETE);
  static final Endpoints ANY = new Endpoints();

  /** For paths where old Consul clients use GET to change something: it is handled as a PUT. */
  static final Endpoints GET_OR_PUT = new Endpoints(HttpMethods.GET, HttpMethods.PUT);

  static final Endpoints GET_OR_HEAD = new Endpoints(HttpMethods.GET, HttpMethods.HEAD);

  static final Endpoints PUT_OR_POST = new Endpoints(HttpMethods.PUT, HttpMethods.POST);

  private final List<HttpMethod> methods;

  private Endpoints(HttpMethod... methods) {
    this.methods = List.of(methods);
  }

  interface NamedBody {
    CompletionStage<HttpResponse> apply(String name, HttpRequest request, HttpEntity.Strict body);
  }

  /** Exactly this path. */
  Endpoint at(String path, Need need, Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    return endpoint(path, Reach.HERE, need, 0, (request, body) -> answer.apply(request));
  }

  Endpoint at(String path, Need need, int maxBytes, Handler answer) {
    return endpoint(path, Reach.HERE, need, maxBytes, answer);
  }

  /** This path followed by a name, which may contain any characters. */
  Endpoint under(
      String path,
      Need need,
      BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> answer) {
    return under(path, need, 0, (name, request, body) -> answer.apply(name, request));
  }

  Endpoint under(String path, Need need, int maxBytes, NamedBody answer) {
    return endpoint(
        path,
        Reach.BELOW,
        need,
        maxBytes,
        (request, body) -> answer.apply(name(request, path), request, body));
  }

  /** This path and everything below it; the handler interprets the rest. */
  Endpoint from(
      String path, Need need, Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    return from(path, need, 0, (request, body) -> answer.apply(request));
  }

  Endpoint from(String path, Need need, int maxBytes, Handler answer) {
    return endpoint(path, Reach.BOTH, need, maxBytes, answer);
  }

  /** Wraps a handler that answers at once. */
  static Function<HttpRequest, CompletionStage<HttpResponse>> now(
      Function<HttpRequest, HttpResponse> answer) {
    return request -> CompletableFuture.completedFuture(answer.apply(request));
  }

  private Endpoint endpoint(String path, Reach reach, Need need, int maxBytes, Handler handler) {
    return new Endpoint(
        methods, path, reach, need, maxBytes, this == GET_OR_PUT ? asPut(handler) : handler);
  }

  private static Handler asPut(Handler handler) {
    return (request, body) -> handler.answer(request.withMethod(HttpMethods.PUT), body);
  }

  private static String name(HttpRequest request, String path) {
    String name = RequestTarget.name(request, path);
    if (name.isEmpty()) {
      throw ApiError.badParameter("Add a name: " + path + "/NAME.");
    }
    return name;
  }
}
