package io.flotilla.http;

import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.scaladsl.model.IllegalUriException;
import io.flotilla.async.Futures;
import io.flotilla.entity.Refusal;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns everything that goes wrong in a request into an error. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final String GOING_DOWN =
      "This node is shutting down or restarting; ask another node, or retry in a moment.";

  private Failures() {}

  /**
   * @param ending whether the node is shutting down, which then explains failures without a reason
   *     of their own
   */
  static HttpResponse response(HttpRequest request, Throwable failure, boolean ending) {
    return error(request, Futures.unwrap(failure), ending).answer(request);
  }

  private static ApiError error(HttpRequest request, Throwable e, boolean ending) {
    if (e instanceof ApiError api) {
      return api;
    } else if (e instanceof Refusal refusal) {
      return ApiError.of(refusal);
    } else if (e instanceof TimeoutException) {
      return noAnswer(request, "No answer from within the cluster in time.");
    } else if (e instanceof IllegalUriException || e instanceof IllegalArgumentException) {
      return new ApiError(StatusCodes.BAD_REQUEST, "bad-request", e.getMessage());
    }
    if (ending) {
      return noAnswer(request, GOING_DOWN);
    }
    LOG.error("Request {} failed", RequestName.of(request), e);
    return new ApiError(
        StatusCodes.INTERNAL_SERVER_ERROR,
        "internal-error",
        "The request failed inside the server; its log says why.");
  }

  /** A read can be retried; for anything else the outcome is unknown. */
  private static ApiError noAnswer(HttpRequest request, String why) {
    boolean read = request.method().equals(HttpMethods.GET);
    return new ApiError(
        StatusCodes.SERVICE_UNAVAILABLE, read ? "unavailable" : "outcome-unknown", why);
  }

  /** For requests under way, or still arriving, when the node had to stop. Any may be a write. */
  static HttpResponse goingDown(HttpRequest request) {
    return new ApiError(StatusCodes.SERVICE_UNAVAILABLE, "outcome-unknown", GOING_DOWN)
        .answer(request);
  }
}
