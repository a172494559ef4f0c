package io.flotilla.http;

import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Counts the memory of answers until clients have read them. When many clients request much and
 * read nothing, those for which no memory is left are refused. Small answers always fit.
 */
final class Answers {
  /** Answers up to this size are covered by the cost of the connection. */
  private static final int FREE_BYTES = 1024;

  /** How much the protocol may have buffered that the client has not yet read. */
  static final int SLICE_BYTES = 16 * 1024;

  private static final Budget UNCOUNTED = new Budget("uncounted", Long.MAX_VALUE);

  private final Pace pace;

  Answers(Pace pace) {
    this.pace = pace;
  }

  HttpResponse counted(HttpResponse response, Account account) {
    if (response.entity() instanceof HttpEntity.Strict strict) {
      return strict(response, strict, account);
    } else if (EventStream.is(response)) {
      return response; // does its own counting
    }
    return Streaming.through(response, Flow.<ByteString>create().via(new Taken(account, pace)));
  }

  /** Refuses an answer before it is built, to save the time if it would never be read. */
  static void roomFor(long bytes, Client client) {
    if (bytes > FREE_BYTES && !client.answer().fits(bytes)) {
      throw overloaded();
    }
  }

  private static ApiError overloaded() {
    return new ApiError(
        StatusCodes.TOO_MANY_REQUESTS,
        "overloaded",
        "Too many of this node's answers are waiting to be read; try later.");
  }

  private HttpResponse strict(HttpResponse response, HttpEntity.Strict body, Account account) {
    int bytes = body.getData().size();
    if (bytes <= FREE_BYTES) {
      return response;
    } else if (bytes <= SLICE_BYTES) {
      return account.tryAcquire(bytes) ? response : overloaded().response();
    } else if (!account.tryKeep(bytes, slices(body.getData()))) {
      return overloaded().response();
    }
    // Counted as a whole until the end, so slices are not counted again. The account keeps it, as
    // streams of a connection that has ended still refer to the answer when it no longer counts.
    return response.withEntity(
        HttpEntities.create(
            body.getContentType(),
            bytes,
            Source.fromIterator(() -> kept(account)).via(new Taken(new Account(UNCOUNTED), pace))));
  }

  @SuppressWarnings("unchecked") // put there above
  private static Iterator<ByteString> kept(Account account) {
    Object slices = account.kept();
    return slices == null ? Collections.emptyIterator() : ((List<ByteString>) slices).iterator();
  }

  private static List<ByteString> slices(ByteString data) {
    List<ByteString> slices = new ArrayList<>();
    for (int from = 0; from < data.size(); from += SLICE_BYTES) {
      slices.add(data.slice(from, Math.min(data.size(), from + SLICE_BYTES)));
    }
    return slices;
  }
}
