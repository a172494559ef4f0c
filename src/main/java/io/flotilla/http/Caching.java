package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code ?cached}, with which an agent of Consul's may answer from its cache
 * (https://developer.hashicorp.com/consul/api-docs/features/caching). A node has none: every answer
 * is as fresh as without, and says what Consul's says when it had to be fetched. So {@code
 * Cache-Control}, which tells how old an answer may be, is kept whatever it says.
 */
final class Caching {
  private static final HttpHeader MISS = RawHeader.create("X-Cache", "MISS");

  private Caching() {}

  static Function<HttpRequest, CompletionStage<HttpResponse>> at(
      Function<HttpRequest, CompletionStage<HttpResponse>> answer) {
    return request ->
        isAsked(request) ? answer.apply(request).thenApply(Caching::missed) : answer.apply(request);
  }

  static BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> under(
      BiFunction<String, HttpRequest, CompletionStage<HttpResponse>> answer) {
    return (name, request) -> at(r -> answer.apply(name, r)).apply(request);
  }

  private static boolean isAsked(HttpRequest request) {
    if (request.getUri().query().get("cached").isEmpty()) {
      return false;
    }
    request.getHeader("Cache-Control").map(HttpHeader::value).ifPresent(Caching::check);
    return true;
  }

  private static void check(String control) {
    boolean valid =
        Stream.of(control.toLowerCase(Locale.ROOT).split(","))
            .map(String::strip)
            .filter(d -> d.startsWith("max-age=") || d.startsWith("stale-if-error="))
            .allMatch(d -> isSeconds(d.substring(d.indexOf('=') + 1)));
    if (!valid) {
      throw ApiError.badParameter("Invalid Cache-Control header.");
    }
  }

  private static boolean isSeconds(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static HttpResponse missed(HttpResponse answer) {
    return answer.addHeader(MISS);
  }
}
