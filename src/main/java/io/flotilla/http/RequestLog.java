package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names requests, and logs those that fail in the server or take long. */
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  private static final int SERVER_ERROR = 500;
  private static final int MOST_SHOWN = 200;

  private final RequestName names = new RequestName();
  private final long slowNanos;
  private final LongSupplier nanoTime;

  /**
   * @param slow from when a request is; zero: none is
   */
  RequestLog(Duration slow, LongSupplier nanoTime) {
    this.slowNanos = slow.isZero() ? Long.MAX_VALUE : slow.toNanos();
    this.nanoTime = nanoTime;
  }

  CompletionStage<HttpResponse> answer(
      HttpRequest unnamed, Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    HttpRequest request = names.give(unnamed);
    long begun = nanoTime.getAsLong();
    return handler
        .apply(request)
        .thenApply(
            answer -> {
              look(request, answer, nanoTime.getAsLong() - begun);
              return RequestName.tell(request, answer);
            });
  }

  private void look(HttpRequest request, HttpResponse answer, long nanos) {
    boolean failed = answer.status().intValue() >= SERVER_ERROR;
    if (!OperationsRoutes.isOpen(request) && (failed || nanos >= slowNanos && !mayWait(request))) {
      LOG.warn(
          "{} {} took {} ms and ended with {} {} (request {})",
          request.method().value(),
          shown(request),
          nanos / 1_000_000,
          answer.status().intValue(),
          ApiError.code(answer),
          RequestName.of(request));
    }
  }

  /** A blocking query takes as long as it waits. */
  private static boolean mayWait(HttpRequest request) {
    return request.getUri().rawQueryString().filter(query -> query.contains("index=")).isPresent();
  }

  private static String shown(HttpRequest request) {
    String path =
        Refused.of(request).map(Refused::path).orElseGet(() -> RequestTarget.path(request));
    String some = path.length() > MOST_SHOWN ? path.substring(0, MOST_SHOWN) + "..." : path;
    return new Secret(Access.secret(request)).isIn(path) ? "<hidden>" : some;
  }
}
