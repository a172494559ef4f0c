package io.flotilla.http;

import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.http.scaladsl.model.IllegalRequestException;
import akka.http.scaladsl.model.IllegalUriException;
import io.flotilla.async.Futures;
import io.flotilla.entity.Refusal;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a JSON error of everything that goes wrong within a request. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final String GOING_DOWN =
      "This node goes down or starts again; ask another one, or this one in a moment.";

  private Failures() {}

  /**
   * @param ending whether the node goes down, so that what fails without a reason of its own fails
   *     because of that
   */
  static HttpResponse response(HttpRequest request, Throwable failure, boolean ending) {
    Throwable e = Futures.unwrap(failure);
    if (e instanceof ApiError api) {
      return api.response();
    } else if (e instanceof Refusal refusal) {
      return ApiError.of(refusal).response();
    } else if (e instanceof TimeoutException) {
      return noAnswer(request, "What was asked within the cluster did not answer in time.");
    } else if (e instanceof EntityStreamSizeException size) {
      return ApiError.response(
          StatusCodes.PAYLOAD_TOO_LARGE,
          "body-too-large",
          "The body has more than " + size.limit() + " bytes.");
    } else if (e instanceof IllegalRequestException illegal) {
      return badBody(illegal);
    } else if (e instanceof IllegalUriException || e instanceof IllegalArgumentException) {
      return ApiError.response(StatusCodes.BAD_REQUEST, "bad-request", e.getMessage());
    }
    if (ending) {
      return noAnswer(request, GOING_DOWN);
    }
    LOG.error("A request failed", e);
    return ApiError.response(
        StatusCodes.INTERNAL_SERVER_ERROR,
        "internal-error",
        "The request failed within the server; its log says why.");
  }

  /** A read can be asked again; of anything else it is not known whether it was done. */
  private static HttpResponse noAnswer(HttpRequest request, String why) {
    boolean read = request.method().equals(HttpMethods.GET);
    return ApiError.response(
        StatusCodes.SERVICE_UNAVAILABLE, read ? "unavailable" : "outcome-unknown", why);
  }

  /** Of what was under way, or still came, when the node had to end. Any of it may be a write. */
  static HttpResponse goingDown() {
    return ApiError.response(StatusCodes.SERVICE_UNAVAILABLE, "outcome-unknown", GOING_DOWN);
  }

  /**
   * Akka HTTP tells why a body could not be read in the summary; a body too large is a 400 there.
   */
  private static HttpResponse badBody(IllegalRequestException e) {
    if (e.info().summary().startsWith("Request too large")
        || e.status().intValue() == StatusCodes.PAYLOAD_TOO_LARGE.intValue()) {
      return ApiError.response(
          StatusCodes.PAYLOAD_TOO_LARGE, "body-too-large", e.info().detail() + ".");
    }
    String code =
        e.status().intValue() == StatusCodes.REQUEST_TIMEOUT.intValue()
            ? "body-incomplete"
            : "bad-request";
    return ApiError.response(e.status(), code, e.info().summary() + ".");
  }
}
