package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import java.util.concurrent.CompletableFuture;

/**
 * A client waiting for the answer to one request.
 *
 * @param patience completes when the client should not be kept waiting any longer
 * @param body the part of the request's body in memory
 * @param answer the part of the answer in memory that the client has not read yet
 * @param guest whether the node has no room for it, see {@link Connections}
 */
record Client(
    CompletableFuture<Patience.End> patience, Account body, Account answer, boolean guest) {
  private static final AttributeKey<Client> KEY = AttributeKey.create("client", Client.class);
  private static final Budget BOUNDLESS = new Budget("none", Long.MAX_VALUE);

  static Client of(Budgets budgets, boolean guest) {
    return new Client(
        new CompletableFuture<>(),
        new Account(budgets.bodies()),
        new Account(budgets.answers()),
        guest);
  }

  HttpRequest asks(HttpRequest request) {
    return request.addAttribute(KEY, this);
  }

  static Client of(HttpRequest request) {
    return request.getAttribute(KEY).orElseGet(Client::unknown);
  }

  private static Client unknown() {
    return new Client(
        new CompletableFuture<>(), new Account(BOUNDLESS), new Account(BOUNDLESS), false);
  }

  /** Called when the answer has been handed over or is no longer wanted. */
  void close() {
    body.close();
    answer.close();
  }
}
