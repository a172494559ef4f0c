package io.flotilla.http;

import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.kv.Session;
import io.flotilla.text.GoDuration;
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
    long ttlMillis = ttl.isEmpty() ? 0 : millis(ttl);
    if (ttlMillis != 0
        && (ttlMillis < Session.MIN_TTL_MILLIS || ttlMillis > Session.MAX_TTL_MILLIS)) {
      throw invalid("Invalid Session TTL '" + ttl + "', must be between [1s=24h0m0s]");
    }
    String node = body.text("Node");
    List<String> oldChecks = oldChecks(body);
    List<String> nodeChecks = nodeChecks(body);
    return new Session(
        UUID.randomUUID().toString(),
        limited("Name", body.text("Name")),
        node.isEmpty() ? ownNode : limited("Node", node),
        behavior(body.text("Behavior")),
        ttlMillis,
        ttlMillis == 0 ? "" : ttl,
        exactTtl && ttlMillis != 0,
        lockDelay(body.get("LockDelay")).toNanos(),
        union(nodeChecks, oldChecks),
        serviceChecks(body),
        oldChecks,
        owner,
        0);
  }

  private static long millis(String ttl) {
    return GoDuration.parse(ttl)
        .orElseThrow(
            () ->
                invalid(
                    "Session TTL '" + Params.shorten(ttl) + "' invalid: " + Params.noDuration(ttl)))
        .toMillis();
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

  /** The default is the node's own. An empty list of either name stands for no check. */
  private static List<String> nodeChecks(JsonBody body) {
    boolean none = body.has("Checks") && body.texts("Checks").isEmpty();
    if (none) {
      return List.of();
    }
    return bounded(body.has("NodeChecks") ? body.texts("NodeChecks") : List.of(NODE_CHECK));
  }

  /** As {@code Checks}, their name before Consul 1.7. The node's own doesn't count, as there. */
  private static List<String> oldChecks(JsonBody body) {
    List<String> checks = body.texts("Checks");
    return checks.equals(List.of(NODE_CHECK)) ? List.of() : bounded(checks);
  }

  private static List<String> union(List<String> some, List<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return bounded(List.copyOf(all));
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
