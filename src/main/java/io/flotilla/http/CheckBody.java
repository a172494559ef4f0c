package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.reach.WebAddress;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckRegistration;
import io.flotilla.registry.Key;
import io.flotilla.registry.Status;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A health check as clients register it
 * (https://developer.hashicorp.com/consul/api-docs/agent/check#register-check). Flotilla supports
 * HTTP, TCP and TTL checks; it runs no scripts.
 */
final class CheckBody {
  /** The shortest interval between checks. */
  private static final long MIN_INTERVAL_MILLIS = 100;

  private static final long DEFAULT_TIMEOUT_MILLIS = 10_000;
  private static final int MAX_URL_BYTES = 4096;
  private static final int MAX_REQUEST_BYTES = 16 * 1024;
  private static final int MAX_HEADERS = 64;
  private static final int MAX_METHOD_CHARS = 16;

  private static final List<String> UNSUPPORTED =
      List.of(
          "Script",
          "Args",
          "ScriptArgs",
          "DockerContainerID",
          "GRPC",
          "H2PING",
          "UDP",
          "OSService",
          "AliasNode",
          "AliasService");

  private CheckBody() {}

  /**
   * @param id used if the client gave none
   * @param name used if the client gave none
   */
  static Check agentCheck(JsonBody body, String node, String id, String name, String serviceId) {
    CheckDefinition definition = definition(body);
    String type = definition.hasTtl() ? "ttl" : definition.http().isEmpty() ? "tcp" : "http";
    return check(body, node, id, name, serviceId, type, definition, true);
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
    for (String field : UNSUPPORTED) {
      if (body.isGiven(field)) {
        throw ApiError.badParameter(
            "Checks by '" + field + "' are not supported; use HTTP, TCP or TTL.");
      }
    }
    String http = http(body.text("HTTP"));
    String tcp = tcp(body.text("TCP"));
    long ttl = body.millis("TTL");
    long interval = body.millis("Interval");
    boolean active = !http.isEmpty() || !tcp.isEmpty();
    if (!http.isEmpty() && !tcp.isEmpty()) {
      throw ApiError.badParameter("A check uses HTTP or TCP, not both.");
    }
    if (active ? ttl != 0 : interval != 0) {
      throw ApiError.badParameter(
          "Interval is for HTTP and TCP checks and excludes TTL: give one or the other.");
    }
    if (active ? interval == 0 : ttl == 0) {
      throw ApiError.badParameter(
          active
              ? "Interval must be more than 0 for checks by HTTP or TCP."
              : "Give TTL, HTTP or TCP; TTL must be more than 0.");
    }
    long timeout = body.millis("Timeout");
    return new CheckDefinition(
        ttl,
        http,
        method(body, http),
        header(body.get("Header")),
        RegistryBody.bounded("Body", body.text("Body"), MAX_REQUEST_BYTES),
        body.flag("TLSSkipVerify"),
        tcp,
        active ? Math.max(interval, MIN_INTERVAL_MILLIS) : 0,
        !active ? 0 : timeout == 0 ? DEFAULT_TIMEOUT_MILLIS : timeout,
        times(body, "SuccessBeforePassing"),
        times(body, "FailuresBeforeCritical"),
        body.millis("DeregisterCriticalServiceAfter"));
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

  private static String tcp(String address) {
    if (address.isEmpty()) {
      return address;
    }
    RegistryBody.bounded("TCP", address, RegistryBody.MAX_NAME_BYTES);
    if (!isHostAndPort(address)) {
      throw ApiError.badParameter("'TCP' must be host:port, such as 127.0.0.1:5432.");
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
