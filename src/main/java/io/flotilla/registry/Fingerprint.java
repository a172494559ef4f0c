package io.flotilla.registry;

import io.flotilla.entity.ByteWriter;
import java.util.Arrays;
import java.util.List;

/**
 * Tells a retry from another request that was given the same id by mistake: of what the client
 * asked for, and not of the node it asked. It is stored: never to be changed.
 */
final class Fingerprint {
  private Fingerprint() {}

  static int of(CatalogOp.Write op) {
    ByteWriter out = new ByteWriter(256);
    if (op instanceof CatalogOp.RegisterService r) {
      service(out.number(1), r.service());
      checks(out, r.checks());
      RecordCodec.flag(out, r.replaceChecks());
    } else if (op instanceof CatalogOp.DeregisterService d) {
      out.number(2).text(d.id());
    } else if (op instanceof CatalogOp.RegisterCheck r) {
      checks(out.number(3), List.of(r.check()));
    } else if (op instanceof CatalogOp.DeregisterCheck d) {
      out.number(4).text(d.id());
    } else if (op instanceof CatalogOp.UpdateCheck u) {
      out.number(5).text(u.id()).number(u.status().ordinal()).text(u.output());
    } else if (op instanceof CatalogOp.ServiceMaintenance m) {
      RecordCodec.flag(out.number(6).text(m.id()).text(m.reason()), m.enable());
    } else if (op instanceof CatalogOp.NodeMaintenance m) {
      RecordCodec.flag(out.number(7).text(m.origin().name()).text(m.reason()), m.enable());
    } else if (op instanceof CatalogOp.RegisterNode r) {
      RecordCodec.node(out.number(8), r.node());
      RecordCodec.flag(out, r.skipNodeUpdate());
      if (r.service() != null) {
        service(out, r.service());
      }
      checks(out, r.checks());
    } else if (op instanceof CatalogOp.DeregisterNode d) {
      out.number(9).text(d.node()).text("" + d.serviceId()).text("" + d.checkId());
    } else if (op instanceof CatalogOp.FireEvent f) {
      UserEvent e = f.event(); // its id is chosen anew with each attempt
      RecordCodec.event(
          out.number(10),
          new UserEvent(
              "", e.name(), e.payload(), e.nodeFilter(), e.serviceFilter(), e.tagFilter(), 0));
    } else {
      throw new IllegalArgumentException("the coordinator needs no request id: " + op);
    }
    return Arrays.hashCode(out.bytes());
  }

  private static void service(ByteWriter out, Service s) {
    RecordCodec.service(
        out,
        new Service(
            s.agent() ? "" : s.node(),
            s.id(),
            s.name(),
            s.tags(),
            s.address(),
            s.port(),
            s.taggedAddresses(),
            s.meta(),
            s.weightPassing(),
            s.weightWarning(),
            s.enableTagOverride(),
            s.agent(),
            0,
            0));
  }

  private static void checks(ByteWriter out, List<Check> checks) {
    checks.forEach(c -> RecordCodec.check(out, c.agent() ? c.at("") : c));
  }
}
