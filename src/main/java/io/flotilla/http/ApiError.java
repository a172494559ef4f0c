package io.flotilla.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import io.flotilla.entity.Refusal;
import java.util.List;
import java.util.stream.Stream;

/**
 * A request that can't be served. The code is stable; the message is for people and says what to do
 * next. Consul's clients tell some errors apart by the beginning of their text, which is therefore
 * Consul's.
 *
 * <p>On Consul's paths the answer is the message as text, since that is what its clients show. On
 * Flotilla's own, and for whoever asks with {@code Accept: application/json}, it is {@code
 * {"error":{"code":"bad-parameter","message":"…"}}}. The code is always in {@code X-Flotilla-Error}
 * (docs/decisions/0042-errors-as-consuls.md).
 */
public final class ApiError extends RuntimeException {
  static final String CODE = "X-Flotilla-Error";

  private static final long serialVersionUID = 1L;

  private final transient StatusCode status;
  private final String code;
  private final transient List<HttpHeader> headers;

  public ApiError(StatusCode status, String code, String message) {
    this(status, code, message, List.of());
  }

  /**
   * @param headers of the answer, besides the code's
   */
  ApiError(StatusCode status, String code, String message, List<HttpHeader> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  static ApiError badParameter(String message) {
    return new ApiError(StatusCodes.BAD_REQUEST, "bad-parameter", message);
  }

  static ApiError of(Refusal refusal) {
    return new ApiError(status(refusal.code()), refusal.code(), refusal.getMessage());
  }

  private static StatusCode status(String code) {
    return switch (code) {
      case "overloaded", "too-many-sessions", "too-many-services" -> StatusCodes.TOO_MANY_REQUESTS;
      case "quota-exceeded", "disk-low" -> StatusCodes.INSUFFICIENT_STORAGE;
      case "unavailable", "outcome-unknown", "unknown-operation" -> StatusCodes.SERVICE_UNAVAILABLE;
      case "answer-too-large" -> StatusCodes.PAYLOAD_TOO_LARGE;
      case "permission-denied", "acl-not-found" -> StatusCodes.FORBIDDEN;
      case "unknown-service", "unknown-check", "unknown-node" -> StatusCodes.NOT_FOUND;
      case "stale-fencing-token" -> StatusCodes.CONFLICT;
      // Consul's clients take any other status for an answer of true or false.
      case "unknown-session",
          "missing-service",
          "not-a-ttl-check",
          "acl-invalid",
          "unknown-query",
          "query-name-taken" ->
          StatusCodes.INTERNAL_SERVER_ERROR;
      default -> StatusCodes.BAD_REQUEST;
    };
  }

  /** Of an answer; empty if it is none of these. */
  static String code(HttpResponse answer) {
    return answer.getHeader(CODE).map(HttpHeader::value).orElse("");
  }

  String code() {
    return code;
  }

  /** The answer to a request. One that could not be read has no path, and gets JSON. */
  HttpResponse answer(HttpRequest request) {
    boolean consuls = ConsulPaths.has(request);
    HttpResponse answer =
        HttpResponse.create()
            .withStatus(consuls ? consuls() : status)
            .addHeader(RawHeader.create(CODE, code))
            .addHeaders(headers);
    return consuls && !asksForJson(request)
        ? answer.withEntity(ContentTypes.TEXT_PLAIN_UTF8, text(true))
        : answer.withEntity(ContentTypes.APPLICATION_JSON, Json.error(code, text(consuls)));
  }

  /** Consul has no 503, and its clients (Go's lock, Patroni) repeat after a 500 only. */
  private StatusCode consuls() {
    return status.equals(StatusCodes.SERVICE_UNAVAILABLE)
        ? StatusCodes.INTERNAL_SERVER_ERROR
        : status;
  }

  private String text(boolean consuls) {
    return consuls && code.equals("unavailable")
        ? "No cluster leader: " + getMessage()
        : getMessage();
  }

  private static boolean asksForJson(HttpRequest request) {
    return request
        .getHeader("Accept")
        .filter(
            accept ->
                Stream.of(accept.value().split(","))
                    .map(range -> range.split(";", 2)[0].strip())
                    .anyMatch("application/json"::equalsIgnoreCase))
        .isPresent();
  }
}
