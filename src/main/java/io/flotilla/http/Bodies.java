package io.flotilla.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.RequestEntity;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.scaladsl.model.EntityStreamException;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;
import io.flotilla.async.Futures;
import io.flotilla.memory.Account;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Reads whole bodies. The bytes received count as memory until the request is answered. */
final class Bodies {
  private Bodies() {}

  /**
   * @param timeout time limit for receiving the body
   */
  static CompletionStage<HttpEntity.Strict> strict(
      HttpRequest request, Duration timeout, long maxBytes, ActorSystem<?> system) {
    if (request.entity() instanceof HttpEntity.Strict whole && whole.getData().size() <= maxBytes) {
      count(Client.of(request).body(), whole.getData());
      return CompletableFuture.completedFuture(whole);
    }
    Account account = Client.of(request).body();
    RequestEntity body = (RequestEntity) request.entity().withSizeLimit(maxBytes);
    return Streaming.through(body, Flow.<ByteString>create().map(b -> count(account, b)))
        .toStrict(timeout.toMillis(), maxBytes, system)
        .exceptionally(
            failure -> {
              Throwable cause = Futures.unwrap(failure);
              throw failed(cause, timeout, maxBytes);
            });
  }

  private static RuntimeException failed(Throwable cause, Duration timeout, long maxBytes) {
    if (cause instanceof TimeoutException) {
      return incomplete(
          StatusCodes.REQUEST_TIMEOUT,
          "The body did not arrive within " + timeout.toMillis() + " ms.");
    } else if (cause instanceof EntityStreamException e) {
      return e.info().summary().startsWith("Request too large")
          ? new ApiError(
              StatusCodes.PAYLOAD_TOO_LARGE,
              "body-too-large",
              "The body has more than " + maxBytes + " bytes.")
          : incomplete(StatusCodes.BAD_REQUEST, "The body ended early.");
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
          "This node is receiving too much data at once; try later.");
    }
    return bytes;
  }
}
