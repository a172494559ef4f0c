package io.flotilla.http;

import akka.NotUsed;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.Pair;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.flotilla.entity.Operation;
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
 */
record Pages(
    Function<Result.Many<?>, byte[]> json, Function<Operation.More, CompletionStage<Result>> more) {
  private static final int PAGE_BYTES = 256 * 1024;
  private static final ByteString COMMA = ByteString.fromString(",");

  /**
   * What is left of the list: the run that is here from one place on, and then the rest.
   *
   * @param begun whether an item was written
   */
  private record Left(Result.Many<?> run, int from, Operation.More rest, boolean begun) {}

  /**
   * @param first a whole list or the beginning of one
   */
  HttpResponse answer(Result first) {
    Result.Many<?> run = run(first);
    Operation.More rest = rest(first);
    if (rest == null && run.end(0, PAGE_BYTES) == run.items().size()) {
      return Json.ok(json.apply(run));
    }
    return HttpResponse.create()
        .withEntity(
            HttpEntities.createChunked(
                ContentTypes.APPLICATION_JSON, stream(new Left(run, 0, rest, false))));
  }

  static Result.Many<?> run(Result result) {
    return result instanceof Result.Begun begun ? begun.run() : (Result.Many<?>) result;
  }

  private static Operation.More rest(Result result) {
    return result instanceof Result.Begun begun ? begun.rest() : null;
  }

  /** An answer without items tells where they go: behind the bracket that opens last. */
  private Source<ByteString, NotUsed> stream(Left all) {
    byte[] empty = json.apply(all.run().run(0, 0));
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

  private CompletionStage<Optional<Pair<Left, ByteString>>> next(
      Left left, Function<byte[], ByteString> items) {
    Result.Many<?> run = left.run();
    if (left.from() < run.items().size()) {
      int end = run.end(left.from(), PAGE_BYTES);
      ByteString page = items.apply(json.apply(run.run(left.from(), end)));
      Left then = new Left(run, end, left.rest(), left.begun() || !page.isEmpty());
      return CompletableFuture.completedFuture(
          Optional.of(
              Pair.create(then, left.begun() && !page.isEmpty() ? COMMA.concat(page) : page)));
    } else if (left.rest() == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return more.apply(left.rest())
        .thenCompose(
            result -> {
              if (result instanceof Result.Refused refused) {
                throw ApiError.of(refused);
              }
              return next(new Left(run(result), 0, rest(result), left.begun()), items);
            });
  }
}
