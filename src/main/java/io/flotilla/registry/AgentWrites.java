package io.flotilla.registry;

import io.flotilla.entity.Result;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Registrations through {@code agent/*}. An id is unique among all Flotilla nodes: registered
 * through another one, the service or check moves there.
 */
final class AgentWrites {
  private static final String NO_REASON =
      ", but no reason was provided. This is a default message.";

  private final CatalogDecision decision;

  AgentWrites(CatalogDecision decision) {
    this.decision = decision;
  }

  private Registrations all() {
    return decision.all();
  }

  Result register(CatalogOp.RegisterService op) {
    Service service = op.service();
    if (MemberWrites.SERVICES.contains(service.id())) {
      return new Result.Refused(
          "reserved-id", "The service ID \"" + service.id() + "\" is that of Flotilla itself.");
    }
    Result reserved = refuseReserved(op.checks());
    if (reserved != null) {
      return reserved;
    }
    new MemberWrites(decision).introduce(op.origin());
    Service old = all().agentService(service.id());
    if (old == null || old.node().equals(service.node())) {
      decision.put(service);
    } else {
      move(old, service);
    }
    op.checks().forEach(check -> put(check.at(service.node())));
    if (op.replaceChecks()) {
      Set<String> named = op.checks().stream().map(Check::id).collect(Collectors.toSet());
      all().checksOf(service.node(), service.id()).stream()
          .filter(c -> !named.contains(c.id()) && !c.maintenance())
          .forEach(decision::remove);
    }
    return decision.done();
  }

  private void move(Service old, Service service) {
    List<Check> checks = all().checksOf(old.node(), old.id());
    decision.remove(old);
    decision.put(service.indexed(old.createIndex(), 0));
    checks.forEach(c -> decision.put(c.at(service.node())));
  }

  private static Result refuseReserved(List<Check> checks) {
    return checks.stream()
        .map(Check::id)
        .filter(Check::isReserved)
        .findFirst()
        .map(
            id ->
                new Result.Refused(
                    "reserved-id", "The check ID \"" + id + "\" is that of Flotilla itself."))
        .orElse(null);
  }

  /** One that is there already keeps its status. */
  private void put(Check check) {
    Check old = all().agentCheck(check.id());
    boolean same = old != null && old.serviceId().equals(check.serviceId());
    if (old != null && !old.node().equals(check.node())) {
      decision.remove(old);
    }
    decision.put(same ? check.asBefore(old) : check);
    decision.alive(check);
  }

  Result deregisterService(String id) {
    Service service = all().agentService(id);
    if (service == null) {
      return CatalogDecision.unknownService(id);
    }
    decision.remove(service);
    return decision.done();
  }

  Result register(CatalogOp.RegisterCheck op) {
    Check check = op.check();
    Result reserved = refuseReserved(List.of(check));
    if (reserved != null) {
      return reserved;
    }
    String node = op.origin().name();
    if (!check.isOfNode()) {
      Service owner = all().agentService(check.serviceId());
      if (owner == null) {
        return CatalogDecision.missingService(check.serviceId());
      }
      node = owner.node();
    }
    new MemberWrites(decision).introduce(op.origin());
    put(check.at(node));
    return decision.done();
  }

  Result deregisterCheck(String id) {
    Check check = all().agentCheck(id);
    if (check == null) {
      return CatalogDecision.unknownCheck(id);
    }
    decision.remove(check);
    return decision.done();
  }

  Result update(CatalogOp.UpdateCheck op) {
    Check check = all().agentCheck(op.id());
    if (check == null) {
      return CatalogDecision.unknownCheck(op.id());
    }
    if (!check.definition().hasTtl()) {
      return new Result.Refused(
          "not-a-ttl-check", "CheckID \"" + op.id() + "\" does not have associated TTL.");
    }
    decision.alive(check);
    decision.put(check.standing(op.status(), op.output(), decision.now()));
    return decision.done();
  }

  Result maintain(CatalogOp.ServiceMaintenance op) {
    Service service = all().agentService(op.id());
    if (service == null) {
      return CatalogDecision.unknownService(op.id());
    }
    return maintain(
        op.enable(),
        maintenance(
            service.node(),
            Check.serviceMaintenance(op.id()),
            "Service Maintenance Mode",
            op.reason().isEmpty()
                ? "Maintenance mode is enabled for this service" + NO_REASON
                : op.reason(),
            op.id()));
  }

  Result maintain(CatalogOp.NodeMaintenance op) {
    new MemberWrites(decision).introduce(op.origin());
    return maintain(
        op.enable(),
        maintenance(
            op.origin().name(),
            Check.NODE_MAINTENANCE,
            "Node Maintenance Mode",
            op.reason().isEmpty()
                ? "Maintenance mode is enabled for this node" + NO_REASON
                : op.reason(),
            ""));
  }

  private Result maintain(boolean enable, Check check) {
    if (enable) {
      decision.put(check);
    } else if (all().checks().containsKey(check.key())) {
      decision.remove(check);
    }
    return decision.done();
  }

  private static Check maintenance(
      String node, String id, String name, String reason, String serviceId) {
    return Check.registered(
        node,
        id,
        name,
        "maintenance",
        Status.CRITICAL,
        reason,
        "",
        serviceId,
        CheckDefinition.NONE,
        true);
  }
}
