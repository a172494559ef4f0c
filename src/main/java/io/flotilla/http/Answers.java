package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;

/**
 * Counts the memory of answers until clients have read them. When many clients request much and
 * read nothing, those for which no memory is left are refused. Small answers always fit.
 */
final class Answers {
  /** Answers up to this size are covered by the cost of the connection. */
  private static final int FREE_BYTES = 1024;

  private static final Budget UNCOUNTED = new Budget("uncounted", Long.MAX_VALUE);

  private Answers() {}

  /** Counts an answer that is there as a whole; of a stream, each part counts when it comes. */
  static HttpResponse counted(HttpRequest request, HttpResponse response) {
    Client client = Client.of(request);
    return response.entity() instanceof HttpEntity.Strict body
            && body.getData().size() > FREE_BYTES
            && !client.answer().tryAcquire(body.getData().size())
        ? overloaded(client).answer(request)
        : response;
  }

  /** What the parts of a streamed answer count against. Events do their own counting. */
  static Account accountOf(HttpResponse response, Client client) {
    return EventStream.is(response) ? new Account(UNCOUNTED) : client.answer();
  }

  /** Refuses an answer before it is built, to save the time if it would never be read. */
  static void roomFor(long bytes, Client client) {
    if (bytes > FREE_BYTES && !client.answer().fits(bytes)) {
      throw overloaded(client);
    }
  }

  private static ApiError overloaded(Client client) {
    return ClientLimits.lacking(
        client.answer(), "Too many of this node's answers are waiting to be read; try later.");
  }
}
