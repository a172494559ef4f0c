package io.flotilla.http;

import static akka.http.javadsl.server.Directives.complete;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Allow;
import akka.http.javadsl.server.ExceptionHandler;
import akka.http.javadsl.server.MethodRejection;
import akka.http.javadsl.server.RejectionHandler;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.http.scaladsl.model.IllegalRequestException;
import akka.http.scaladsl.model.IllegalUriException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a JSON error of everything that goes wrong within a request. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder().matchAny(e -> complete(response(e))).build();
  }

  private static HttpResponse response(Throwable failure) {
    Throwable e =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (e instanceof ApiError api) {
      return api.response();
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
    LOG.error("A request failed", e);
    return ApiError.response(
        StatusCodes.INTERNAL_SERVER_ERROR,
        "internal-error",
        "The request failed within the server; its log says why.");
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

  static RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleAll(MethodRejection.class, Failures::wrongMethod)
        .handleNotFound(
            complete(
                ApiError.response(
                    StatusCodes.NOT_FOUND, "unknown-path", "There is nothing at this path.")))
        .handle(
            akka.http.javadsl.server.Rejection.class,
            r ->
                complete(
                    ApiError.response(
                        StatusCodes.BAD_REQUEST, "bad-request", "The request is malformed.")))
        .build();
  }

  private static akka.http.javadsl.server.Route wrongMethod(List<MethodRejection> rejections) {
    HttpMethod[] supported =
        rejections.stream().map(MethodRejection::supported).distinct().toArray(HttpMethod[]::new);
    return complete(
        ApiError.response(
                StatusCodes.METHOD_NOT_ALLOWED,
                "wrong-method",
                "This path does not take this method; see the header Allow.")
            .addHeader(Allow.create(supported)));
  }
}
