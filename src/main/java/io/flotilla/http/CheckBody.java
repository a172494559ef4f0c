package io.flotilla.http;

import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.reach.WebAddress;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckKind;
import io.flotilla.registry.CheckRegistration;
import io.flotilla.registry.Key;
import io.flotilla.registry.Status;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A health check as clients register it
 * (https://developer.hashicorp.com/consul/api-docs/agent/check#register-check). Flotilla supports
 * checks by HTTP, TCP, TTL, gRPC, HTTP/2 ping, UDP and alias; it runs no scripts.
 */
final class CheckBody {
  /** The shortest interval between checks. */
  private static final long MIN_INTERVAL_MILLIS = 100;

  private static final long DEFAULT_TIMEOUT_MILLIS = 10_000;
  private static final int MAX_URL_BYTES = 4096;
  private static final int MAX_REQUEST_BYTES = 16 * 1024;
  private static final int MAX_HEADERS = 64;
  private static final int MAX_METHOD_CHARS = 16;

  /** Shorter ones are raised, as in Consul: nobody may have looked at the service yet. */
  private static final long MIN_REAP_MILLIS = 60_000;

  private static final List<String> SCRIPTS = List.of("Args", "ScriptArgs", "Script");
  private static final List<String> UNSUPPORTED = List.of("DockerContainerID", "OSService");

  /** Asked at each interval; at most one of them, or of the two of an alias, or a TTL. */
  private static final List<String> ASKED = List.of("HTTP", "TCP", "GRPC", "H2PING", "UDP");

  private CheckBody() {}

  /**
   * @param id used if the client gave none
   * @param name used if the client gave none
   */
  static Check agentCheck(JsonBody body, String node, String id, String name, String serviceId) {
    CheckDefinition definition = definition(body);
    return check(body, node, id, name, serviceId, type(definition), definition, true);
  }

  private static String type(CheckDefinition d) {
    if (d.kind() != null) {
      return d.kind().type();
    }
    return d.hasTtl() ? "ttl" : d.http().isEmpty() ? "tcp" : "http";
  }

  /** A check performed by someone else. */
  static Check externalCheck(JsonBody body, String node) {
    String name = body.text("Name");
    return check(body, node, name, name, body.text("ServiceID"), "", CheckDefinition.NONE, false);
  }

  private static Check check(
      JsonBody body,
      String node,
      String id,
      String name,
      String serviceId,
      String type,
      CheckDefinition definition,
      boolean agent) {
    String givenId = body.text("CheckID").isEmpty() ? body.text("ID") : body.text("CheckID");
    String givenName = body.text("Name");
    String checkId = givenId.isEmpty() ? id : givenId;
    RegistryBody.required(checkId, "the check's name");
    return Check.registered(
        new Key(node, RegistryBody.bounded("CheckID", checkId, RegistryBody.MAX_NAME_BYTES)),
        new CheckRegistration(
            RegistryBody.bounded(
                "Name", givenName.isEmpty() ? name : givenName, RegistryBody.MAX_NAME_BYTES),
            type,
            RegistryBody.bounded("Notes", body.text("Notes"), RegistryBody.MAX_NOTES_BYTES),
            serviceId,
            definition,
            agent),
        status(body),
        RegistryBody.output(body.text("Output")));
  }

  /** Critical unless the client says otherwise. */
  static Status status(JsonBody body) {
    String text = body.text("Status");
    return text.isEmpty() ? Status.CRITICAL : status(text);
  }

  static Status status(String text) {
    return Status.of(text)
        .orElseThrow(
            () ->
                ApiError.badParameter(
                    "Invalid check status: '" + text + "'; must be passing, warning or critical."));
  }

  private static CheckDefinition definition(JsonBody body) {
    refuseUnsupported(body);
    long ttl = body.millis("TTL");
    long interval = body.millis("Interval");
    boolean alias = body.isGiven("AliasNode") || body.isGiven("AliasService");
    List<String> ways = ASKED.stream().filter(body::isGiven).toList();
    refuseTimes(ways, alias, ttl, interval);
    String http = http(body.text("HTTP"));
    boolean asked = !ways.isEmpty();
    long timeout = body.millis("Timeout");
    return new CheckDefinition(
        ttl,
        http,
        method(body, http),
        header(body.get("Header")),
        RegistryBody.bounded("Body", body.text("Body"), MAX_REQUEST_BYTES),
        body.flag("TLSSkipVerify"),
        hostAndPort("TCP", body.text("TCP")),
        asked ? Math.max(interval, MIN_INTERVAL_MILLIS) : 0,
        !asked ? 0 : timeout == 0 ? DEFAULT_TIMEOUT_MILLIS : timeout,
        times(body, "SuccessBeforePassing"),
        times(body, "FailuresBeforeCritical"),
        reapMillis(body),
        kind(body, alias));
  }

  private static void refuseUnsupported(JsonBody body) {
    if (SCRIPTS.stream().anyMatch(body::isGiven)) {
      throw new ApiError(
          StatusCodes.INTERNAL_SERVER_ERROR, // as Consul answers it
          "scripts-disabled",
          "Scripts are disabled on this agent from remote calls; to enable, configure"
              + " 'enable_script_checks' to true: Flotilla has no such setting, as it doesn't run"
              + " where the services are; use HTTP, TCP, gRPC or TTL.");
    }
    for (String field : UNSUPPORTED) {
      if (body.isGiven(field)) {
        throw ApiError.badParameter(
            "Checks by '" + field + "' are not supported; use HTTP, TCP, gRPC or TTL.");
      }
    }
  }

  private static void refuseTimes(List<String> ways, boolean alias, long ttl, long interval) {
    if (interval > 0 && ttl > 0) {
      throw invalid("Interval and TTL cannot both be specified");
    } else if (alias && interval > 0) {
      throw invalid("Interval cannot be set for Alias checks");
    } else if (alias && ttl > 0) {
      throw invalid("TTL cannot be set for Alias checks");
    } else if (ways.size() + (alias ? 1 : 0) + (ttl > 0 ? 1 : 0) > 1) {
      throw invalid("it can be made in one way only; given are " + given(ways, alias, ttl));
    } else if (!ways.isEmpty() && interval == 0) {
      throw invalid("Interval must be > 0 for Script, HTTP, H2PING, or TCP checks");
    } else if (ways.isEmpty() && !alias && ttl == 0) {
      throw invalid("TTL must be > 0 for TTL checks");
    }
  }

  private static String given(List<String> ways, boolean alias, long ttl) {
    return Stream.of(
            ways.stream(),
            alias ? Stream.of("Alias") : Stream.<String>empty(),
            ttl > 0 ? Stream.of("TTL") : Stream.<String>empty())
        .flatMap(x -> x)
        .collect(Collectors.joining(", "));
  }

  private static ApiError invalid(String why) {
    return ApiError.badParameter("Invalid check: " + why + ".");
  }

  private static CheckKind kind(JsonBody body, boolean alias) {
    if (alias) {
      return new CheckKind.Alias(name(body, "AliasNode"), name(body, "AliasService"));
    } else if (body.isGiven("GRPC")) {
      return new CheckKind.Grpc(grpc(body.text("GRPC")), body.flag("GRPCUseTLS"));
    } else if (body.isGiven("H2PING")) {
      return new CheckKind.H2Ping(
          hostAndPort("H2PING", body.text("H2PING")),
          !body.has("H2PingUseTLS") || body.flag("H2PingUseTLS"));
    }
    return body.isGiven("UDP") ? new CheckKind.Udp(hostAndPort("UDP", body.text("UDP"))) : null;
  }

  private static String name(JsonBody body, String field) {
    return RegistryBody.bounded(field, body.text(field), RegistryBody.MAX_NAME_BYTES);
  }

  /** {@code host:port}, or {@code host:port/service}. */
  private static String grpc(String target) {
    int slash = target.indexOf('/');
    hostAndPort("GRPC", slash < 0 ? target : target.substring(0, slash));
    return RegistryBody.bounded("GRPC", target, RegistryBody.MAX_NAME_BYTES);
  }

  private static long reapMillis(JsonBody body) {
    long given = body.millis("DeregisterCriticalServiceAfter");
    return given == 0 ? 0 : Math.max(given, MIN_REAP_MILLIS);
  }

  private static int times(JsonBody body, String name) {
    return Math.max(1, body.number(name, 1_000, 1));
  }

  private static String http(String given) {
    if (given.isEmpty()) {
      return given;
    }
    RegistryBody.bounded("HTTP", given, MAX_URL_BYTES);
    String url = escaped(given);
    try {
      URI uri = new URI(url);
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (web && WebAddress.of(uri).isPresent()) {
        return url;
      }
    } catch (URISyntaxException e) {
      // reported below
    }
    throw ApiError.badParameter("'HTTP' must be a URL such as http://127.0.0.1:8080/health.");
  }

  /** Go's client sends what a URL may not have behind its host: {@code ?probe={consul}|x}. */
  private static String escaped(String url) {
    int host = url.indexOf("://") + 3;
    int rest = host;
    while (rest < url.length() && "/?#".indexOf(url.charAt(rest)) < 0) {
      rest++;
    }
    byte[] utf8 = url.substring(rest).getBytes(StandardCharsets.UTF_8);
    return url.substring(0, rest)
        + RequestTarget.escaped(new String(utf8, StandardCharsets.ISO_8859_1));
  }

  private static String hostAndPort(String field, String address) {
    RegistryBody.bounded(field, address, RegistryBody.MAX_NAME_BYTES);
    if (!address.isEmpty() && !isHostAndPort(address)) {
      throw ApiError.badParameter("'" + field + "' must be host:port, such as 127.0.0.1:5432.");
    }
    return address;
  }

  private static boolean isHostAndPort(String address) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, Math.max(0, colon));
    String port = address.substring(colon + 1);
    boolean number =
        !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    return isHost(host)
        && number
        && Integer.parseInt(port) >= 1
        && Integer.parseInt(port) <= 65_535;
  }

  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  private static boolean isHost(String host) {
    return host.startsWith("[")
        ? host.length() > 2 && host.indexOf(']') == host.length() - 1
        : !host.isEmpty() && host.chars().noneMatch(c -> c == ':' || Character.isWhitespace(c));
  }

  private static String method(JsonBody body, String http) {
    String method = body.text("Method");
    if (method.length() > MAX_METHOD_CHARS
        || !method.chars().allMatch(c -> c < 0x80 && Character.isLetter(c))) {
      throw ApiError.badParameter("'Method' must be an HTTP method such as GET.");
    }
    return http.isEmpty()
        ? ""
        : method.isEmpty() ? "GET" : method.toUpperCase(java.util.Locale.ROOT);
  }

  private static Map<String, CheckDefinition.Values> header(JsonNode node) {
    Map<String, CheckDefinition.Values> header = new LinkedHashMap<>();
    if (node == null) {
      return header;
    }
    if (!node.isObject()
        || node.size() > MAX_HEADERS
        || node.toString().length() > MAX_REQUEST_BYTES) {
      throw ApiError.badParameter(
          "'Header' must be an object of at most "
              + MAX_HEADERS
              + " lists of strings, in all at most "
              + MAX_REQUEST_BYTES
              + " bytes.");
    }
    JsonBody body = JsonBody.object(node);
    body.names()
        .forEach(
            name -> header.put(name, new CheckDefinition.Values(List.copyOf(body.texts(name)))));
    return header;
  }
}
