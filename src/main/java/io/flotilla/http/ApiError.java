package io.flotilla.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.entity.Refusal;

/**
 * A request that can't be served, as JSON: {@code
 * {"error":{"code":"bad-parameter","message":"…"}}}. The code is stable; the message is for people
 * and says what to do next.
 */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient StatusCode status;
  private final String code;

  public ApiError(StatusCode status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  static ApiError badParameter(String message) {
    return new ApiError(StatusCodes.BAD_REQUEST, "bad-parameter", message);
  }

  static ApiError of(Refusal refusal) {
    return new ApiError(status(refusal.code()), refusal.code(), refusal.getMessage());
  }

  private static StatusCode status(String code) {
    return switch (code) {
      case "overloaded" -> StatusCodes.TOO_MANY_REQUESTS;
      case "quota-exceeded" -> StatusCodes.INSUFFICIENT_STORAGE;
      case "unavailable", "outcome-unknown", "unknown-operation" -> StatusCodes.SERVICE_UNAVAILABLE;
      case "answer-too-large" -> StatusCodes.PAYLOAD_TOO_LARGE;
      case "permission-denied", "acl-not-found" -> StatusCodes.FORBIDDEN;
      case "unknown-service", "unknown-check", "unknown-node" -> StatusCodes.NOT_FOUND;
      case "stale-fencing-token" -> StatusCodes.CONFLICT;
      // Consul's clients take any other status for an answer of true or false.
      case "unknown-session", "acl-invalid" -> StatusCodes.INTERNAL_SERVER_ERROR;
      default -> StatusCodes.BAD_REQUEST;
    };
  }

  String code() {
    return code;
  }

  HttpResponse response() {
    return response(status, code, getMessage());
  }

  static HttpResponse response(StatusCode status, String code, String message) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(ContentTypes.APPLICATION_JSON, Json.error(code, message));
  }
}
