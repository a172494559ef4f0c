package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.acl.AclIdentity;
import io.flotilla.acl.AclLink;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What the bodies of {@code /v1/acl/…} have in common. */
final class AclBody {
  static final int MAX_BYTES = 128 * 1024;

  private AclBody() {}

  /** Policies or roles, each named by its id or its name. */
  static List<AclLink> links(JsonBody body, String name) {
    return body.list(name)
        .map(JsonBody::object)
        .map(link -> new AclLink(link.text("ID"), link.text("Name")))
        .toList();
  }

  static List<AclIdentity> services(JsonBody body) {
    return body.list("ServiceIdentities")
        .map(JsonBody::object)
        .map(s -> new AclIdentity(s.text("ServiceName"), s.texts("Datacenters")))
        .toList();
  }

  static List<AclIdentity> nodes(JsonBody body) {
    return body.list("NodeIdentities")
        .map(JsonBody::object)
        .map(
            n ->
                new AclIdentity(
                    n.text("NodeName"),
                    Stream.of(n.text("Datacenter")).filter(dc -> !dc.isEmpty()).toList()))
        .toList();
  }

  /** In milliseconds since 1970; 0 if missing. */
  static long time(JsonBody body, String name) {
    JsonNode value = body.get(name);
    if (value == null) {
      return 0;
    }
    try {
      return Instant.parse(value.asText()).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw ApiError.badParameter("'" + name + "' must be a time such as 2030-01-31T12:00:00Z.");
    }
  }

  /** The id in the body may be left out if it is in the path. */
  static String id(String inPath, String inBody, String what) {
    if (!inBody.isEmpty() && !inBody.equals(inPath)) {
      throw ApiError.badParameter(what + " in URL and payload do not match");
    }
    return inPath;
  }
}
