package io.flotilla.http;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;

/**
 * Answers requests too malformed to reach a route: broken percent-encoding, an overlong URI or
 * header. Akka HTTP loads it by the name in akka.conf, as it would a Scala object.
 */
public final class ParsingErrors extends ParsingErrorHandler {
  public static final ParsingErrors MODULE$ = new ParsingErrors();

  private ParsingErrors() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    String code =
        switch (status.intValue()) {
          case 413 -> "body-too-large";
          case 414 -> "uri-too-long";
          case 431 -> "headers-too-large";
          case 501 -> "wrong-method";
          default -> "malformed-request";
        };
    return ApiError.response(status, code, error.formatPretty());
  }
}
