package io.flotilla.registry;

import io.flotilla.entity.Result;
import java.util.List;

/** What somebody else looks after: {@code catalog/register} and {@code catalog/deregister}. */
final class NodeWrites {
  private final CatalogDecision decision;

  NodeWrites(CatalogDecision decision) {
    this.decision = decision;
  }

  private Registrations all() {
    return decision.all();
  }

  /** A Flotilla node itself is described by the coordinator only; services may be added to it. */
  Result register(CatalogOp.RegisterNode op) {
    String name = op.node().name();
    Node old = all().nodes().get(name);
    boolean member = old != null && old.member();
    for (Check check : op.checks()) {
      if (member && Check.isReserved(check.id())) {
        return new Result.Refused(
            "reserved-id", "The check ID \"" + check.id() + "\" is that of Flotilla itself.");
      }
      boolean isOfThisService = op.service() != null && op.service().id().equals(check.serviceId());
      if (!check.isOfNode()
          && !isOfThisService
          && !all().services().containsKey(new Key(name, check.serviceId()))) {
        return CatalogDecision.missingService(check.serviceId());
      }
    }
    if (!member && (old == null || !op.skipNodeUpdate())) {
      decision.put(op.node());
    }
    if (op.service() != null) {
      decision.put(op.service());
    }
    op.checks().forEach(decision::put);
    return decision.done();
  }

  /** What is not there has been deregistered already. */
  Result deregister(CatalogOp.DeregisterNode op) {
    Node node = all().nodes().get(op.node());
    if (op.serviceId() != null) {
      Service service = all().services().get(new Key(op.node(), op.serviceId()));
      if (service != null) {
        decision.remove(service);
      }
    } else if (op.checkId() != null) {
      Check check = all().checks().get(new Key(op.node(), op.checkId()));
      if (check != null) {
        decision.remove(check);
      }
    } else if (node != null && node.member()) {
      return new Result.Refused(
          "member-node",
          "\"" + op.node() + "\" is a Flotilla node: it goes when it leaves the cluster.");
    } else if (node != null) {
      List.copyOf(all().registeredOn(op.node())).forEach(decision::remove);
      List.copyOf(all().checksRegisteredOn(op.node())).forEach(decision::remove);
      decision.removeNode(op.node());
    }
    return decision.done();
  }
}
