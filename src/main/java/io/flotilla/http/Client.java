package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.memory.Account;
import java.util.concurrent.CompletableFuture;

/**
 * A client waiting for the answer to one request.
 *
 * @param address of its host
 * @param patience completes when the client should not be kept waiting any longer
 * @param body the request's, as it arrives
 * @param kept the part of the request's body in memory
 * @param answer the part of the answer in memory that the client has not read yet
 */
record Client(
    String address,
    CompletableFuture<Patience.End> patience,
    Incoming body,
    Account kept,
    Account answer) {
  private static final AttributeKey<Client> KEY = AttributeKey.create("client", Client.class);

  HttpRequest asks(HttpRequest request) {
    return request.addAttribute(KEY, this);
  }

  static Client of(HttpRequest request) {
    return request.getAttribute(KEY).orElseThrow();
  }

  /** Called when the answer has been handed over or is no longer wanted. */
  void close() {
    kept.close();
    answer.close();
  }
}
