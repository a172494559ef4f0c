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
 * Makes JSON of a list. A long one is written page after page as the client takes it, and no page
 * is fetched before it is wanted; what is in memory of it is little. If the rest can't be had, the
 * answer breaks off with the connection, so that nobody takes it for whole.
 *
 * @param json a run of the list as an answer of its own: an array, or an object whose last brackets
 *     hold the items
 * @param more fetches what follows
 * @param <L> the list
 */
record Pages<L extends Result.Many<?>>(
    Function<L, byte[]> json, Function<Page<L>, CompletionStage<Page<L>>> more) {
  private static final int PAGE_BYTES = 256 * 1024;
  private static final ByteString COMMA = ByteString.fromString(",");

  /**
   * What is left of the list: the page that is here from one place on, and then the rest.
   *
   * @param begun whether an item was written
   */
  private record Left<L extends Result.Many<?>>(Page<L> page, int from, boolean begun) {}

  /**
   * @param first a whole list or the beginning of one
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

  @SuppressWarnings("unchecked") // a run of a list is such a list
  private L run(L list, int from, int end) {
    return (L) list.run(from, end);
  }

  /** An answer without items tells where they go: behind the bracket that opens last. */
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
