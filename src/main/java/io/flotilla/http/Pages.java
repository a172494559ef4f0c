package io.flotilla.http;

import akka.NotUsed;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.Pair;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.flotilla.entity.Page;
import io.flotilla.entity.Result;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Writes a list as JSON. A long one is written page by page as the client reads, each page fetched
 * only when needed, so little is in memory at a time. If the rest can't be fetched, the connection
 * is cut, so that no client takes the answer for complete.
 *
 * @param json writes a run of the list as a complete answer: an array, or an object whose last
 *     brackets hold the items
 * @param more fetches the next page
 * @param <L> the type of the list
 */
record Pages<L extends Result.Many<?>>(
    Function<L, byte[]> json, Function<Page<L>, CompletionStage<Page<L>>> more) {
  private static final int PAGE_BYTES = 256 * 1024;
  private static final ByteString COMMA = ByteString.fromString(",");

  /**
   * What is left to write: the current page from one place on, then the rest.
   *
   * @param begun whether an item has been written
   */
  private record Left<L extends Result.Many<?>>(Page<L> page, int from, boolean begun) {}

  /**
   * @param first a whole list or its beginning
   */
  HttpResponse answer(Page<L> first) {
    L list = first.list();
    if (first.rest() == null && list.end(0, PAGE_BYTES) == list.items().size()) {
      return Json.ok(json.apply(list));
    }
    return HttpResponse.create()
        .withEntity(
            HttpEntities.createChunked(
                ContentTypes.APPLICATION_JSON, stream(new Left<>(first, 0, false))));
  }

  @SuppressWarnings("unchecked") // a run of a list has the list's type
  private L run(L list, int from, int end) {
    return (L) list.run(from, end);
  }

  /** An answer without items shows where they belong: after the last opening bracket. */
  private Source<ByteString, NotUsed> stream(Left<L> all) {
    byte[] empty = json.apply(run(all.page().list(), 0, 0));
    int head = empty.length;
    while (empty[head - 1] != '[' && empty[head - 1] != '{') {
      head--;
    }
    int tail = empty.length - head;
    int start = head;
    Function<byte[], ByteString> items =
        page -> ByteString.fromArrayUnsafe(page, start, page.length - start - tail);
    ByteString around = ByteString.fromArrayUnsafe(empty);
    return Source.single(around.take(head))
        .concat(Source.unfoldAsync(all, left -> next(left, items)))
        .concat(Source.single(around.drop(head)));
  }

  private CompletionStage<Optional<Pair<Left<L>, ByteString>>> next(
      Left<L> left, Function<byte[], ByteString> items) {
    L list = left.page().list();
    if (left.from() < list.items().size()) {
      int end = list.end(left.from(), PAGE_BYTES);
      ByteString page = items.apply(json.apply(run(list, left.from(), end)));
      Left<L> then = new Left<>(left.page(), end, left.begun() || !page.isEmpty());
      return CompletableFuture.completedFuture(
          Optional.of(
              Pair.create(then, left.begun() && !page.isEmpty() ? COMMA.concat(page) : page)));
    } else if (left.page().rest() == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return more.apply(left.page())
        .thenCompose(page -> next(new Left<>(page, 0, left.begun()), items));
  }
}
