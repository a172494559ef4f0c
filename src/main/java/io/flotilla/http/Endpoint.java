package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The handler of a path.
 *
 * @param methods that it accepts; empty: any
 * @param path absolute, such as {@code /v1/catalog/nodes}
 * @param need what is needed of whoever asks, before anything else is done
 * @param maxBytes limit of the body, which is read first; 0: no body is read
 */
record Endpoint(
    List<HttpMethod> methods, String path, Reach reach, Need need, int maxBytes, Handler handler) {

  enum Reach {
    /** Only this path. */
    HERE,

    /** Anything after this path and a {@code /}. */
    BELOW,

    BOTH;

    boolean isHere() {
      return this != BELOW;
    }

    boolean isBelow() {
      return this != HERE;
    }
  }

  /** The body is null if none is read. Throws {@link ApiError} to refuse a request. */
  interface Handler {
    CompletionStage<HttpResponse> answer(HttpRequest request, HttpEntity.Strict body);
  }

  boolean takes(HttpMethod method) {
    return methods.isEmpty() || methods.contains(method);
  }
}
