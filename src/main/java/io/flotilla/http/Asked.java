package io.flotilla.http;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpProtocols;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.util.Set;

/** A request on a connection, until it is answered. Touched by the connection's loop alone. */
final class Asked {
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethods.GET, HttpMethods.HEAD, HttpMethods.OPTIONS);

  final HttpRequest request;
  final Client client;

  /** Whether the client keeps the connection for another request. */
  final boolean kept;

  /** Whether the client sends the body only once it is asked to. */
  boolean onDemand;

  /** When it was given to the routes. */
  long sinceNanos;

  /** Null until it is there. */
  HttpResponse answer;

  /** The body of an answer that is being streamed, or null. */
  Outgoing outgoing;

  /** Whether its answer is the last on the connection. */
  boolean ends;

  Asked(HttpRequest request, Client client, boolean kept, boolean onDemand) {
    this.request = request;
    this.client = client;
    this.kept = kept;
    this.onDemand = onDemand;
  }

  /** The client is gone. */
  void forget() {
    if (outgoing != null) {
      outgoing.cancel();
    }
    client.close();
  }

  Incoming body() {
    return client.body();
  }

  /** Whether it may be served beside others that are. */
  boolean isSafe() {
    return SAFE.contains(request.method()) && !onDemand;
  }

  boolean isHead() {
    return request.method().equals(HttpMethods.HEAD);
  }

  /** Whether the client knows no chunks. */
  boolean isOld() {
    return request.protocol().equals(HttpProtocols.HTTP_1_0);
  }
}
