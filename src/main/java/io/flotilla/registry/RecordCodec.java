package io.flotilla.registry;

import io.flotilla.entity.ByteReader;
import io.flotilla.entity.ByteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stored form of nodes, services, checks and events, see {@link CatalogCodec}. Maps are written
 * in the order of their keys, so that equal states give equal bytes.
 */
final class RecordCodec {
  private RecordCodec() {}

  static void node(ByteWriter out, Node n) {
    out.text(n.name()).text(n.id()).text(n.address());
    texts(out, n.taggedAddresses());
    texts(out, n.meta());
    flag(out, n.member());
    stamp(out, n.stamp());
  }

  static Node node(ByteReader in) throws IOException {
    return new Node(in.text(), in.text(), in.text(), textMap(in), textMap(in), flag(in), stamp(in));
  }

  static void service(ByteWriter out, Service s) {
    key(out, s.key());
    ServiceRegistration r = s.registration();
    out.text(r.name());
    texts(out, r.tags());
    out.text(r.address()).number(r.port());
    out.number(r.taggedAddresses().size());
    new TreeMap<>(r.taggedAddresses())
        .forEach((tag, a) -> out.text(tag).text(a.host()).number(a.port()));
    texts(out, r.meta());
    out.number(r.weights().passing()).number(r.weights().warning());
    flag(out, r.enableTagOverride());
    flag(out, r.agent());
    stamp(out, s.stamp());
  }

  static Service service(ByteReader in) throws IOException {
    return new Service(
        key(in),
        new ServiceRegistration(
            in.text(),
            texts(in),
            in.text(),
            (int) in.number(),
            addresses(in),
            textMap(in),
            new Weights((int) in.number(), (int) in.number()),
            flag(in),
            flag(in)),
        stamp(in));
  }

  private static Map<String, Address> addresses(ByteReader in) throws IOException {
    Map<String, Address> addresses = new LinkedHashMap<>();
    for (long n = in.number(); n > 0; n--) {
      addresses.put(in.text(), new Address(in.text(), (int) in.number()));
    }
    return addresses;
  }

  static void check(ByteWriter out, Check c) {
    key(out, c.key());
    CheckRegistration r = c.registration();
    out.text(r.name()).text(r.type());
    out.number(c.status().ordinal()).text(r.notes()).text(c.output()).text(r.serviceId());
    definition(out, r.definition());
    flag(out, r.agent());
    out.number(c.definitionIndex()).number(c.standing().criticalSinceMillis());
    stamp(out, c.stamp());
  }

  static Check check(ByteReader in) throws IOException {
    Key key = key(in);
    String name = in.text();
    String type = in.text();
    Status status = status(in);
    String notes = in.text();
    String output = in.text();
    CheckRegistration registration =
        new CheckRegistration(name, type, notes, in.text(), definition(in), flag(in));
    long definitionIndex = in.number();
    return new Check(
        key, registration, new Standing(status, output, in.number()), definitionIndex, stamp(in));
  }

  private static Status status(ByteReader in) throws IOException {
    long ordinal = in.number();
    if (ordinal < 0 || ordinal >= Status.values().length) {
      throw new IOException("no such status: " + ordinal);
    }
    return Status.values()[(int) ordinal];
  }

  private static void definition(ByteWriter out, CheckDefinition d) {
    out.number(d.ttlMillis()).text(d.http()).text(d.method());
    out.number(d.header().size());
    new TreeMap<>(d.header())
        .forEach(
            (name, values) -> {
              out.text(name);
              texts(out, values.values());
            });
    out.text(d.body());
    flag(out, d.tlsSkipVerify());
    out.text(d.tcp()).number(d.intervalMillis()).number(d.timeoutMillis());
    out.number(d.successBeforePassing()).number(d.failuresBeforeCritical());
    out.number(d.reapMillis());
  }

  private static CheckDefinition definition(ByteReader in) throws IOException {
    CheckDefinition d =
        new CheckDefinition(
            in.number(),
            in.text(),
            in.text(),
            header(in),
            in.text(),
            flag(in),
            in.text(),
            in.number(),
            in.number(),
            (int) in.number(),
            (int) in.number(),
            in.number());
    return d.equals(CheckDefinition.NONE) ? CheckDefinition.NONE : d;
  }

  private static Map<String, CheckDefinition.Values> header(ByteReader in) throws IOException {
    Map<String, CheckDefinition.Values> header = new LinkedHashMap<>();
    for (long n = in.number(); n > 0; n--) {
      header.put(in.text(), new CheckDefinition.Values(texts(in)));
    }
    return header;
  }

  static void event(ByteWriter out, UserEvent e) {
    out.text(e.id()).text(e.name());
    flag(out, e.payload() != null);
    if (e.payload() != null) {
      out.data(e.payload());
    }
    out.text(e.nodeFilter()).text(e.serviceFilter()).text(e.tagFilter()).number(e.time());
  }

  static UserEvent event(ByteReader in) throws IOException {
    return new UserEvent(
        in.text(),
        in.text(),
        flag(in) ? in.data() : null,
        in.text(),
        in.text(),
        in.text(),
        in.number());
  }

  static void key(ByteWriter out, Key key) {
    out.text(key.node()).text(key.id());
  }

  static Key key(ByteReader in) throws IOException {
    return new Key(in.text(), in.text());
  }

  private static void stamp(ByteWriter out, Stamp stamp) {
    out.number(stamp.createIndex()).number(stamp.modifyIndex());
  }

  private static Stamp stamp(ByteReader in) throws IOException {
    return new Stamp(in.number(), in.number());
  }

  static void flag(ByteWriter out, boolean flag) {
    out.number(flag ? 1 : 0);
  }

  static boolean flag(ByteReader in) throws IOException {
    return in.number() == 1;
  }

  static void texts(ByteWriter out, List<String> texts) {
    out.number(texts.size());
    texts.forEach(out::text);
  }

  static List<String> texts(ByteReader in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (long n = in.number(); n > 0; n--) {
      texts.add(in.text());
    }
    return texts;
  }

  private static void texts(ByteWriter out, Map<String, String> texts) {
    out.number(texts.size());
    new TreeMap<>(texts).forEach((key, value) -> out.text(key).text(value));
  }

  private static Map<String, String> textMap(ByteReader in) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (long n = in.number(); n > 0; n--) {
      texts.put(in.text(), in.text());
    }
    return texts;
  }
}
