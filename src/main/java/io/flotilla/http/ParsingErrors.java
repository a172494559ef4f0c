package io.flotilla.http;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;

/**
 * Answers what is so malformed that no route sees it: a broken percent-encoding, a URI or header
 * that is too long. Named in akka.conf, where Akka HTTP finds it as it finds a Scala object.
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
