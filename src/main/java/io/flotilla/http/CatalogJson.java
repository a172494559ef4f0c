package io.flotilla.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.flotilla.registry.Address;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckEntry;
import io.flotilla.registry.CheckKind;
import io.flotilla.registry.CheckRegistration;
import io.flotilla.registry.Node;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.ServiceRegistration;
import io.flotilla.registry.Stamp;
import io.flotilla.registry.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Nodes, services and checks as JSON in Consul's form. */
final class CatalogJson {
  static final Set<String> ENTRY_FIELDS = Set.of("Node", "Service", "Checks");
  static final Set<String> NODE_FIELDS =
      Set.of("ID", "Node", "Address", "Datacenter", "TaggedAddresses", "Meta");
  static final Set<String> SERVICE_FIELDS =
      Set.of(
          "ID",
          "Service",
          "Tags",
          "Address",
          "TaggedAddresses",
          "Meta",
          "Port",
          "Weights",
          "EnableTagOverride");
  static final Set<String> FLAT_FIELDS =
      Set.of(
          "ID",
          "Node",
          "Address",
          "Datacenter",
          "TaggedAddresses",
          "NodeMeta",
          "ServiceID",
          "ServiceName",
          "ServiceTags",
          "ServiceAddress",
          "ServiceTaggedAddresses",
          "ServiceWeights",
          "ServiceMeta",
          "ServicePort",
          "ServiceEnableTagOverride");
  static final Set<String> CHECK_FIELDS =
      Set.of(
          "Node",
          "CheckID",
          "Name",
          "Status",
          "Notes",
          "Output",
          "ServiceID",
          "ServiceName",
          "ServiceTags",
          "Type");

  private CatalogJson() {}

  interface Item<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }

  static <T> void list(JsonGenerator json, List<T> items, Item<T> item) throws IOException {
    json.writeStartArray();
    for (T i : items) {
      item.write(json, i);
    }
    json.writeEndArray();
  }

  /** An item of {@code health/service}. */
  static void entry(JsonGenerator json, ServiceEntry e) throws IOException {
    json.writeStartObject();
    json.writeFieldName("Node");
    node(json, e.node());
    json.writeFieldName("Service");
    service(json, e.service());
    json.writeFieldName("Checks");
    list(json, e.checks(), CatalogJson::check);
    json.writeEndObject();
  }

  static void node(JsonGenerator json, Node n) throws IOException {
    json.writeStartObject();
    json.writeStringField("ID", n.id());
    json.writeStringField("Node", n.name());
    json.writeStringField("Address", n.address());
    json.writeStringField("Datacenter", Params.DATACENTER);
    textsOrNull(json, "TaggedAddresses", n.taggedAddresses());
    textsOrNull(json, "Meta", n.meta());
    stamp(json, n.stamp());
    json.writeEndObject();
  }

  static void service(JsonGenerator json, Service s) throws IOException {
    json.writeStartObject();
    serviceFields(json, s);
    textsOrNull(json, "Meta", s.registration().meta());
    stamp(json, s.stamp());
    json.writeEndObject();
  }

  /** In the agent's form, without indexes. */
  static void agentService(JsonGenerator json, Service s, String contentHash) throws IOException {
    json.writeStartObject();
    serviceFields(json, s);
    texts(json, "Meta", s.registration().meta());
    json.writeStringField("Datacenter", Params.DATACENTER);
    if (contentHash != null) {
      json.writeStringField("ContentHash", contentHash);
    }
    json.writeEndObject();
  }

  private static void serviceFields(JsonGenerator json, Service s) throws IOException {
    ServiceRegistration r = s.registration();
    json.writeStringField("ID", s.id());
    json.writeStringField("Service", r.name());
    tags(json, "Tags", r.tags());
    json.writeStringField("Address", r.address());
    taggedAddresses(json, "TaggedAddresses", r.taggedAddresses());
    json.writeNumberField("Port", r.port());
    weights(json, "Weights", r.weights());
    json.writeBooleanField("EnableTagOverride", r.enableTagOverride());
  }

  /** An item of {@code catalog/service}. */
  static void flat(JsonGenerator json, ServiceEntry e) throws IOException {
    Node n = e.node();
    Service s = e.service();
    ServiceRegistration r = s.registration();
    json.writeStartObject();
    json.writeStringField("ID", n.id());
    json.writeStringField("Node", n.name());
    json.writeStringField("Address", n.address());
    json.writeStringField("Datacenter", Params.DATACENTER);
    textsOrNull(json, "TaggedAddresses", n.taggedAddresses());
    textsOrNull(json, "NodeMeta", n.meta());
    json.writeStringField("ServiceKind", "");
    json.writeStringField("ServiceID", s.id());
    json.writeStringField("ServiceName", r.name());
    tags(json, "ServiceTags", r.tags());
    json.writeStringField("ServiceAddress", r.address());
    taggedAddresses(json, "ServiceTaggedAddresses", r.taggedAddresses());
    weights(json, "ServiceWeights", r.weights());
    texts(json, "ServiceMeta", r.meta());
    json.writeNumberField("ServicePort", r.port());
    json.writeBooleanField("ServiceEnableTagOverride", r.enableTagOverride());
    stamp(json, s.stamp());
    json.writeEndObject();
  }

  static void check(JsonGenerator json, CheckEntry e) throws IOException {
    Check c = e.check();
    CheckRegistration r = c.registration();
    json.writeStartObject();
    json.writeStringField("Node", e.node());
    json.writeStringField("CheckID", c.id());
    json.writeStringField("Name", r.name());
    json.writeStringField("Status", c.status().text());
    json.writeStringField("Notes", r.notes());
    json.writeStringField("Output", c.output());
    json.writeStringField("ServiceID", r.serviceId());
    json.writeStringField("ServiceName", e.serviceName());
    tags(json, "ServiceTags", e.serviceTags());
    json.writeStringField("Type", r.type());
    json.writeStringField("Interval", duration(r.definition().intervalMillis()));
    json.writeStringField("Timeout", duration(r.definition().timeoutMillis()));
    definition(json, r.definition());
    stamp(json, c.stamp());
    json.writeEndObject();
  }

  private static void stamp(JsonGenerator json, Stamp stamp) throws IOException {
    json.writeNumberField("CreateIndex", stamp.createIndex());
    json.writeNumberField("ModifyIndex", stamp.modifyIndex());
  }

  private static void definition(JsonGenerator json, CheckDefinition d) throws IOException {
    json.writeObjectFieldStart("Definition");
    if (!d.http().isEmpty()) {
      json.writeStringField("HTTP", d.http());
      json.writeStringField("Method", d.method());
    }
    if (!d.tcp().isEmpty()) {
      json.writeStringField("TCP", d.tcp());
    }
    kind(json, d.kind());
    if (d.hasTtl()) {
      json.writeStringField("TTL", duration(d.ttlMillis()));
    }
    if (d.reapMillis() > 0) {
      json.writeStringField("DeregisterCriticalServiceAfter", duration(d.reapMillis()));
    }
    json.writeEndObject();
  }

  private static void kind(JsonGenerator json, CheckKind kind) throws IOException {
    if (kind instanceof CheckKind.Grpc g) {
      json.writeStringField("GRPC", g.target());
      json.writeBooleanField("GRPCUseTLS", g.tls());
    } else if (kind instanceof CheckKind.H2Ping h) {
      json.writeStringField("H2PING", h.target());
      json.writeBooleanField("H2PingUseTLS", h.tls());
    } else if (kind instanceof CheckKind.Udp u) {
      json.writeStringField("UDP", u.target());
    } else if (kind instanceof CheckKind.Alias a) {
      json.writeStringField("AliasNode", a.node());
      json.writeStringField("AliasService", a.service());
    }
  }

  /** In the largest unit that is exact; empty for 0. */
  private static String duration(long millis) {
    if (millis == 0) {
      return "";
    }
    return millis % 60_000 == 0
        ? millis / 60_000 + "m"
        : millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  private static void tags(JsonGenerator json, String field, List<String> tags) throws IOException {
    json.writeArrayFieldStart(field);
    for (String tag : tags) {
      json.writeString(tag);
    }
    json.writeEndArray();
  }

  /** Sorted, as in Go. */
  private static void texts(JsonGenerator json, String field, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> e : new TreeMap<>(texts).entrySet()) {
      json.writeStringField(e.getKey(), e.getValue());
    }
    json.writeEndObject();
  }

  /** Where Consul has {@code null} for none, and some clients can't read an empty object. */
  private static void textsOrNull(JsonGenerator json, String field, Map<String, String> texts)
      throws IOException {
    if (texts.isEmpty()) {
      json.writeNullField(field);
    } else {
      texts(json, field, texts);
    }
  }

  private static void weights(JsonGenerator json, String field, Weights weights)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("Passing", weights.passing());
    json.writeNumberField("Warning", weights.warning());
    json.writeEndObject();
  }

  private static void taggedAddresses(
      JsonGenerator json, String field, Map<String, Address> addresses) throws IOException {
    if (addresses.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Address> e : addresses.entrySet()) {
      json.writeObjectFieldStart(e.getKey());
      json.writeStringField("Address", e.getValue().host());
      json.writeNumberField("Port", e.getValue().port());
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
