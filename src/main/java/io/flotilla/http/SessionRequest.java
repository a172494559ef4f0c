package io.flotilla.http;

import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.kv.Session;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The body of {@code PUT /v1/session/create}
 * (https://developer.hashicorp.com/consul/api-docs/session#create-session).
 */
final class SessionRequest {
  private static final Duration DEFAULT_LOCK_DELAY = Duration.ofSeconds(15);

  /** Smaller numbers are seconds, as in Consul. */
  private static final long SECONDS_BELOW = 1_000;

  private static final int MAX_NAME_BYTES = 4096;
  private static final int MAX_CHECKS = 64;

  private SessionRequest() {}

  /**
   * @param ownNode used if the client names none
   * @param owner see {@link Session#owner}
   * @param exactTtl whether the session ends at its TTL rather than at twice its TTL
   */
  static Session session(JsonBody body, String ownNode, String owner, boolean exactTtl) {
    String ttl = body.text("TTL");
    long ttlMillis = ttl.isEmpty() ? 0 : Params.duration("TTL", ttl).toMillis();
    if (ttlMillis != 0
        && (ttlMillis < Session.MIN_TTL_MILLIS || ttlMillis > Session.MAX_TTL_MILLIS)) {
      throw invalid("Invalid Session TTL '" + ttl + "', must be between [1s=24h0m0s]");
    }
    String node = body.text("Node");
    return new Session(
        UUID.randomUUID().toString(),
        limited("Name", body.text("Name")),
        node.isEmpty() ? ownNode : limited("Node", node),
        behavior(body.text("Behavior")),
        ttlMillis,
        ttlMillis == 0 ? "" : ttl,
        exactTtl && ttlMillis != 0,
        lockDelay(body.get("LockDelay")).toNanos(),
        nodeChecks(body),
        serviceChecks(body),
        owner,
        0);
  }

  /** With Consul's status. */
  private static ApiError invalid(String message) {
    return new ApiError(StatusCodes.INTERNAL_SERVER_ERROR, "bad-parameter", message);
  }

  private static String limited(String name, String text) {
    if (text.length() > MAX_NAME_BYTES) {
      throw ApiError.badParameter(
          "'" + name + "' has more than " + MAX_NAME_BYTES + " characters.");
    }
    return text;
  }

  private static Session.Behavior behavior(String text) {
    return switch (text) {
      case "", "release" -> Session.Behavior.RELEASE;
      case "delete" -> Session.Behavior.DELETE;
      default ->
          throw invalid("Invalid Behavior setting '" + text + "', must be release or delete");
    };
  }

  /** A duration as text, or a number: seconds below 1,000, else nanoseconds. */
  private static Duration lockDelay(JsonNode value) {
    if (value == null) {
      return DEFAULT_LOCK_DELAY;
    }
    Duration delay;
    if (value.isTextual()) {
      delay = Params.duration("LockDelay", value.textValue());
    } else if (value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() < 1e18) {
      double number = value.doubleValue();
      delay = Duration.ofNanos((long) (number < SECONDS_BELOW ? number * 1e9 : number));
    } else {
      throw ApiError.badParameter("Invalid LockDelay, must be a duration such as \"15s\" or 15.");
    }
    if (delay.toNanos() > Session.MAX_LOCK_DELAY_NANOS) {
      throw ApiError.badParameter("Invalid LockDelay, must be from 0s to 60s.");
    }
    return delay;
  }

  /** {@code Checks} is the older name of {@code NodeChecks}; the default is the node's own. */
  private static List<String> nodeChecks(JsonBody body) {
    boolean named = body.has("NodeChecks") || body.has("Checks");
    Set<String> checks = new LinkedHashSet<>(body.texts("NodeChecks"));
    checks.addAll(body.texts("Checks"));
    return bounded(named ? List.copyOf(checks) : List.of(NODE_CHECK));
  }

  static final String NODE_CHECK = "serfHealth";

  private static List<String> serviceChecks(JsonBody body) {
    return bounded(
        body.list("ServiceChecks")
            .map(c -> c.isTextual() ? c.textValue() : JsonBody.object(c).text("ID"))
            .toList());
  }

  private static List<String> bounded(List<String> checks) {
    if (checks.size() > MAX_CHECKS) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST,
          "bad-parameter",
          "A session names at most " + MAX_CHECKS + " checks.");
    }
    checks.forEach(c -> limited("Checks", c));
    return checks;
  }
}
