package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.memory.Account;
import java.util.concurrent.CompletableFuture;

/**
 * A client waiting for the answer to one request.
 *
 * @param address of its host
 * @param identity found out once for each request
 * @param patience completes when the client should not be kept waiting any longer
 * @param body the request's, as it arrives
 * @param kept the part of the request's body in memory
 * @param answer the part of the answer in memory that the client has not read yet
 * @param watches one if it waits for a change
 * @param subscriptions one if it subscribes to a topic
 */
record Client(
    String address,
    Identity identity,
    CompletableFuture<Patience.End> patience,
    Incoming body,
    Account kept,
    Account answer,
    Account watches,
    Account subscriptions) {
  /**
   * @param who for people: the id of the token, never its secret
   * @param client whose limits count: one with a token of its own or, without, an address
   */
  record Identity(String who, String client) {}

  private static final AttributeKey<Client> KEY = AttributeKey.create("client", Client.class);

  HttpRequest asks(HttpRequest request) {
    return request.addAttribute(KEY, this);
  }

  static Client of(HttpRequest request) {
    return request.getAttribute(KEY).orElseThrow();
  }

  /** See {@link Identity#client}. */
  static String name(HttpRequest request) {
    return of(request).identity().client();
  }

  /** Called when the answer has been handed over or is no longer wanted. */
  void close() {
    kept.close();
    answer.close();
    watches.close();
    subscriptions.close();
  }
}
