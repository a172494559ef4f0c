package io.flotilla.http;

import static akka.http.javadsl.server.Directives.extractMaterializer;
import static akka.http.javadsl.server.Directives.extractRequest;
import static akka.http.javadsl.server.Directives.onSuccess;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.RequestEntity;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.Route;
import akka.http.scaladsl.model.EntityStreamException;
import akka.stream.Materializer;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import scala.concurrent.duration.FiniteDuration;

/** Reads bodies as a whole. What has come of one counts as memory until it is answered. */
final class Bodies {
  private Bodies() {}

  /**
   * @param timeout until which the body has to be here
   */
  static Route strict(
      FiniteDuration timeout, long maxBytes, Function<HttpEntity.Strict, Route> then) {
    return extractRequest(
        request -> {
          if (request.entity() instanceof HttpEntity.Strict whole
              && whole.getData().size() <= maxBytes) {
            count(Client.of(request).body(), whole.getData());
            return then.apply(whole);
          }
          return extractMaterializer(
              materializer ->
                  onSuccess(() -> read(request, timeout, maxBytes, materializer), then));
        });
  }

  private static CompletionStage<HttpEntity.Strict> read(
      HttpRequest request, FiniteDuration timeout, long maxBytes, Materializer materializer) {
    Account account = Client.of(request).body();
    RequestEntity body = (RequestEntity) request.entity().withSizeLimit(maxBytes);
    return Streaming.through(body, Flow.<ByteString>create().map(b -> count(account, b)))
        .toStrict(timeout.toMillis(), maxBytes, materializer)
        .exceptionally(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              throw failed(cause, timeout, maxBytes);
            });
  }

  private static RuntimeException failed(Throwable cause, FiniteDuration timeout, long maxBytes) {
    if (cause instanceof TimeoutException) {
      return incomplete(
          StatusCodes.REQUEST_TIMEOUT,
          "The body has not come within " + timeout.toMillis() + " ms.");
    } else if (cause instanceof EntityStreamException e) {
      return e.info().summary().startsWith("Request too large")
          ? new ApiError(
              StatusCodes.PAYLOAD_TOO_LARGE,
              "body-too-large",
              "The body has more than " + maxBytes + " bytes.")
          : incomplete(StatusCodes.BAD_REQUEST, "The body broke off.");
    }
    return new CompletionException(cause);
  }

  private static ApiError incomplete(StatusCode status, String message) {
    return new ApiError(status, "body-incomplete", message);
  }

  private static ByteString count(Account account, ByteString bytes) {
    if (!account.tryAcquire(bytes.size())) {
      throw new ApiError(
          StatusCodes.TOO_MANY_REQUESTS,
          "overloaded",
          "This node receives too much at a time; try later.");
    }
    return bytes;
  }
}
