package io.flotilla.http;

import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.registry.PreparedQuery;
import io.flotilla.registry.Stamp;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A prepared query as clients send and get it
 * (https://developer.hashicorp.com/consul/api-docs/query).
 */
final class QueryBody {
  static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_TEXTS = 64;
  private static final int MAX_NEAREST = 1_000;

  private static final JsonBody NONE = JsonBody.object(Json.MAPPER.createObjectNode());

  private QueryBody() {}

  static PreparedQuery query(JsonBody body, String id) {
    String name = RegistryBody.bounded("Name", body.text("Name"), RegistryBody.MAX_NAME_BYTES);
    refuseUnsupported(body);
    if (name.isEmpty()) {
      throw invalid("Must be bound to a session; Flotilla binds none, so give it a Name");
    }
    JsonBody service = child(body, "Service");
    JsonBody failover = child(service, "Failover");
    if (service.text("Service").isEmpty()) {
      throw invalid("Must provide a Service name to query");
    }
    String ttl = child(body, "DNS").text("TTL");
    if (!ttl.isEmpty()) {
      Params.duration("DNS.TTL", ttl);
    }
    return new PreparedQuery(
        id,
        name,
        new PreparedQuery.Wanted(
            text(service, "Service"),
            service.flag("OnlyPassing"),
            texts(service, "IgnoreCheckIDs"),
            text(service, "Near"),
            texts(service, "Tags"),
            RegistryBody.meta(service, "NodeMeta"),
            RegistryBody.meta(service, "ServiceMeta"),
            failover.number("NearestN", MAX_NEAREST, 0),
            texts(failover, "Datacenters")),
        ttl,
        Stamp.NONE);
  }

  private static void refuseUnsupported(JsonBody body) {
    if (!child(body, "Template").text("Type").isEmpty()) {
      throw invalid("templates are not supported");
    } else if (!body.text("Session").isEmpty()) {
      throw invalid("it can't be bound to a session; delete it when it is not needed any more");
    } else if (!body.text("Token").isEmpty()) {
      throw invalid("it can't have a Token; it is executed with that of whoever asks");
    } else if (child(body, "Service").flag("Connect")) {
      throw invalid("there is no Connect");
    }
  }

  private static JsonBody child(JsonBody body, String name) {
    JsonBody child = body.child(name);
    return child == null ? NONE : child;
  }

  private static String text(JsonBody body, String name) {
    return RegistryBody.bounded(name, body.text(name), RegistryBody.MAX_NAME_BYTES);
  }

  private static List<String> texts(JsonBody body, String name) {
    List<String> texts = body.texts(name);
    if (texts.size() > MAX_TEXTS) {
      throw invalid("'" + name + "' has more than " + MAX_TEXTS + " items");
    }
    texts.forEach(text -> RegistryBody.bounded(name, text, RegistryBody.MAX_NAME_BYTES));
    return texts;
  }

  /** With Consul's status. */
  private static ApiError invalid(String why) {
    return new ApiError(
        StatusCodes.INTERNAL_SERVER_ERROR, "invalid-query", "Invalid prepared query: " + why + ".");
  }

  static void write(JsonGenerator json, PreparedQuery q) throws IOException {
    json.writeStartObject();
    json.writeStringField("ID", q.id());
    json.writeStringField("Name", q.name());
    json.writeStringField("Session", "");
    json.writeStringField("Token", "");
    json.writePOJOField("Template", Map.of("Type", "", "Regexp", ""));
    json.writeFieldName("Service");
    service(json, q.service());
    json.writePOJOField("DNS", Map.of("TTL", q.dnsTtl()));
    json.writeNumberField("CreateIndex", q.stamp().createIndex());
    json.writeNumberField("ModifyIndex", q.stamp().modifyIndex());
    json.writeEndObject();
  }

  private static void service(JsonGenerator json, PreparedQuery.Wanted w) throws IOException {
    json.writeStartObject();
    json.writeStringField("Service", w.service());
    json.writeObjectFieldStart("Failover");
    json.writeNumberField("NearestN", w.nearestN());
    json.writePOJOField("Datacenters", w.datacenters().isEmpty() ? null : w.datacenters());
    json.writeEndObject();
    json.writeBooleanField("OnlyPassing", w.onlyPassing());
    json.writePOJOField("IgnoreCheckIDs", w.ignoreCheckIds());
    json.writeStringField("Near", w.near());
    json.writePOJOField("Tags", w.tags());
    json.writePOJOField("NodeMeta", w.nodeMeta());
    json.writePOJOField("ServiceMeta", w.serviceMeta());
    json.writeBooleanField("Connect", false);
    json.writeEndObject();
  }
}
