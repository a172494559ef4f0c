package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What answers at a path.
 *
 * @param methods that it takes; none: any
 * @param path from the root, {@code /v1/catalog/nodes}
 * @param maxBytes of the body, which is read first; 0: it isn't read
 */
record Endpoint(List<HttpMethod> methods, String path, Reach reach, int maxBytes, Handler handler) {

  enum Reach {
    /** This path alone. */
    HERE,

    /** What is behind this path and a {@code /}. */
    BELOW,

    BOTH;

    boolean isHere() {
      return this != BELOW;
    }

    boolean isBelow() {
      return this != HERE;
    }
  }

  /** The body is null where none is read. Refuses by throwing an {@link ApiError}. */
  interface Handler {
    CompletionStage<HttpResponse> answer(HttpRequest request, HttpEntity.Strict body);
  }

  boolean takes(HttpMethod method) {
    return methods.isEmpty() || methods.contains(method);
  }
}
