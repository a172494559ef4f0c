package io.flotilla.dns;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Name;

/**
 * What a name below the domain is about, as Consul reads it. The case of letters doesn't count.
 *
 * @param name of the service or the node, or the digits of an address
 * @param tag that an instance must have; empty: any
 */
record AskedName(Kind kind, String name, String tag) {
  enum Kind {
    SERVICE,
    NODE,
    ADDRESS,
    /** There are names below it, but nothing by this name. */
    NOTHING,
    /** No name of ours. */
    UNKNOWN,
    /** Of Consul's, but not of ours. */
    UNSERVED
  }

  private static final AskedName NOTHING = new AskedName(Kind.NOTHING, "", "");
  private static final AskedName UNKNOWN = new AskedName(Kind.UNKNOWN, "", "");
  private static final AskedName UNSERVED = new AskedName(Kind.UNSERVED, "", "");

  /**
   * @param name the domain, or below it
   * @param datacenter may stand between the kind and the domain
   */
  static AskedName of(Name name, Name domain, String datacenter) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < name.labels() - domain.labels(); i++) {
      byte[] label = name.getLabel(i); // its length comes first
      labels.add(
          new String(label, 1, label.length - 1, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT));
    }
    if (last(labels).equals(datacenter)) {
      labels.remove(labels.size() - 1);
    }
    if (labels.isEmpty()) {
      return NOTHING;
    }
    String kind = labels.remove(labels.size() - 1);
    return switch (kind) {
      case "service" -> service(labels);
      case "node" -> labels.isEmpty() ? NOTHING : new AskedName(Kind.NODE, joined(labels), "");
      case "addr" -> address(labels);
      case "query", "connect", "ingress", "virtual" -> UNSERVED;
      default -> UNKNOWN;
    };
  }

  /** NAME, TAG.NAME, or as in RFC 2782 _NAME._TAG, where _tcp is any tag. */
  private static AskedName service(List<String> labels) {
    String last = last(labels);
    if (labels.isEmpty() || labels.size() == 1 && last.startsWith("_")) {
      return NOTHING;
    }
    if (labels.size() == 2 && last.startsWith("_") && labels.get(0).startsWith("_")) {
      String tag = last.substring(1);
      return new AskedName(Kind.SERVICE, labels.get(0).substring(1), tag.equals("tcp") ? "" : tag);
    }
    return new AskedName(Kind.SERVICE, last, joined(labels.subList(0, labels.size() - 1)));
  }

  private static AskedName address(List<String> labels) {
    return labels.isEmpty()
        ? NOTHING
        : labels.size() == 1 ? new AskedName(Kind.ADDRESS, labels.get(0), "") : UNKNOWN;
  }

  private static String last(List<String> labels) {
    return labels.isEmpty() ? "" : labels.get(labels.size() - 1);
  }

  /** Tags and names of nodes may have dots in them. */
  private static String joined(List<String> labels) {
    return String.join(".", labels);
  }
}
