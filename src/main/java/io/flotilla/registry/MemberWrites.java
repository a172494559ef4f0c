package io.flotilla.registry;

import io.flotilla.entity.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Flotilla's own nodes, as the coordinator sees them. */
final class MemberWrites {
  /** What every Flotilla node offers; clients of Consul look for the former. */
  static final Set<String> SERVICES = Set.of("consul", "flotilla");

  private static final String ALIVE = "Agent alive and reachable";
  private static final String GONE = "Agent not live or unreachable";

  private final CatalogDecision decision;

  MemberWrites(CatalogDecision decision) {
    this.decision = decision;
  }

  private Registrations all() {
    return decision.all();
  }

  /** A node through which something is registered, in a namespace that may not know it yet. */
  void introduce(Member member) {
    if (!all().members().contains(member.name())) {
      put(member);
    }
  }

  Result put(Member member) {
    decision.put(
        new Node(
            member.name(),
            "",
            member.address(),
            Map.of("lan", member.address(), "wan", member.address()),
            Map.of(),
            true,
            0,
            0));
    decision.put(serfHealth(member.name(), Status.PASSING));
    SERVICES.stream().sorted().forEach(name -> decision.put(service(name, member)));
    return decision.done();
  }

  private static Service service(String name, Member member) {
    return new Service(
        member.name(),
        name,
        name,
        List.of(),
        member.address(),
        member.port(),
        Map.of(),
        Map.of(),
        1,
        1,
        false,
        false,
        0,
        0);
  }

  Result health(CatalogOp.SerfHealth op) {
    if (!all().members().contains(op.node())) {
      return CatalogDecision.unknownNode(op.node());
    }
    decision.put(serfHealth(op.node(), op.status()));
    return decision.done();
  }

  private Check serfHealth(String node, Status status) {
    Check old = all().checks().get(new Key(node, Check.SERF_HEALTH));
    String output = status == Status.PASSING ? ALIVE : GONE;
    return old != null
        ? old.standing(status, output, decision.now())
        : Check.registered(
            node,
            Check.SERF_HEALTH,
            "Serf Health Status",
            "",
            status,
            "",
            output,
            "",
            CheckDefinition.NONE,
            false);
  }

  /** What was registered through it stays, and is shown on another. */
  Result remove(String name) {
    if (!all().members().contains(name)) {
      return decision.done();
    }
    List.copyOf(all().registeredOn(name)).stream()
        .filter(s -> !s.agent())
        .forEach(decision::remove);
    List.copyOf(all().checksRegisteredOn(name)).stream()
        .filter(c -> !c.agent() || c.id().equals(Check.NODE_MAINTENANCE))
        .forEach(decision::remove);
    decision.removeNode(name);
    return decision.done();
  }
}
