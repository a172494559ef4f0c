package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for the answer to one request.
 *
 * @param patience completes when it is over
 * @param body what of the request's body is in memory
 * @param answer what of the answer is in memory and was not taken yet
 * @param guest the node has no room for it, see {@link Connections}
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

  /** The answer has been handed over or is not wanted any more. */
  void close() {
    body.close();
    answer.close();
  }
}
