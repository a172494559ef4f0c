package io.flotilla.registry;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Registrations through {@code agent/*}. As in Consul, the id of a service is unique on the node
 * that was asked ({@code at}): hosts that use different nodes may give the same id to different
 * services. The same service moves when it is registered again through another node.
 */
public final class AgentOp {
  private static final String NO_REASON =
      ", but no reason was provided. This is a default message.";

  private AgentOp() {}

  /**
   * Registers a service, or replaces it.
   *
   * @param origin the Flotilla node that was asked
   * @param checks each is new, or replaces the check of the same id and keeps its status
   * @param replaceChecks removes the service's other checks
   * @param most services that its owner may have; 0: any number
   */
  public record RegisterService(
      Member origin, Service service, List<Check> checks, boolean replaceChecks, int most)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      if (service.id().equals(MemberOp.SERVICE)) {
        throw new Refusal(
            "reserved-id", "The service ID \"" + service.id() + "\" is that of Flotilla itself.");
      }
      checks.forEach(CatalogDraft::refuseReserved);
      MemberOp.introduce(draft, origin);
      register(draft);
      checks.forEach(check -> put(draft, check.at(service.node())));
      if (replaceChecks) {
        Set<String> named = checks.stream().map(Check::id).collect(Collectors.toSet());
        draft.all().checksOf(service.node(), service.id()).stream()
            .filter(c -> !named.contains(c.id()) && !c.maintenance())
            .forEach(draft::remove);
      }
      return draft.done();
    }

    private void register(CatalogDraft draft) {
      List<Service> all = draft.all().agentServices(service.id());
      Service old =
          all.stream()
              .filter(s -> s.key().equals(service.key()))
              .findFirst()
              .or(() -> all.stream().filter(s -> isThis(draft, s)).findFirst())
              .orElse(null);
      if (old == null) {
        draft.all().owned().checkRoom(service.owner(), most, "services");
      }
      List<Service> others = all.stream().filter(s -> s != old).toList();
      others.forEach(s -> draft.put(s.ofItsNodeAlone()));
      boolean alone = !others.isEmpty() || old != null && old.registration().perNode();
      Service now = alone ? service.ofItsNodeAlone() : service;
      if (old == null || old.node().equals(service.node())) {
        draft.put(now);
      } else {
        move(draft, old, now);
      }
    }

    private boolean isThis(CatalogDraft draft, Service other) {
      return draft.all().isSameInstance(other, service);
    }

    private static void move(CatalogDraft draft, Service old, Service service) {
      List<Check> itsChecks = draft.all().checksOf(old.node(), old.id());
      draft.remove(old);
      draft.put(service.replacing(old));
      itsChecks.forEach(c -> draft.put(c.at(service.node())));
    }

    @Override
    public int bytes() {
      return (int) (256 + service.bytes() + checks.stream().mapToLong(Check::bytes).sum());
    }
  }

  /** One that is there already keeps its status. */
  private static void put(CatalogDraft draft, Check check) {
    Check old =
        check.isOfNode()
            ? draft.all().agentCheck(check.id(), check.node())
            : draft.all().checks().get(check.key());
    boolean same = old != null && old.serviceId().equals(check.serviceId());
    if (old != null && !old.node().equals(check.node())) {
      draft.remove(old);
    }
    draft.put(same ? check.asBefore(old) : check);
    draft.alive(check);
  }

  /** Deregisters a service with its checks. */
  public record DeregisterService(String id, String at)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      draft.remove(draft.agentService(id, at));
      return draft.done();
    }
  }

  /** Registers a check, or replaces it. */
  public record RegisterCheck(Member origin, Check check)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      CatalogDraft.refuseReserved(check);
      String node = origin.name();
      if (!check.isOfNode()) {
        Service owner = draft.all().agentService(check.serviceId(), node);
        if (owner == null) {
          throw CatalogDraft.missingService(check.serviceId());
        }
        node = owner.node();
      }
      MemberOp.introduce(draft, origin);
      put(draft, check.at(node));
      return draft.done();
    }

    @Override
    public int bytes() {
      return (int) (256 + check.bytes());
    }
  }

  public record DeregisterCheck(String id, String at) implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      draft.remove(draft.agentCheck(id, at));
      return draft.done();
    }
  }

  /**
   * Reports how a TTL check stands; its TTL starts again. When nothing has changed, nothing is
   * stored, and it is answered like a read.
   */
  public record UpdateCheck(String id, Status status, String output, String at)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      Check check = draft.agentCheck(id, at);
      if (!check.definition().hasTtl()) {
        throw new Refusal(
            "not-a-ttl-check", "CheckID \"" + id + "\" does not have associated TTL.");
      }
      draft.alive(check);
      draft.put(check.standing(status, output, draft.nowMillis()));
      return draft.done();
    }

    @Override
    public boolean isUpkeep() {
      return true;
    }

    @Override
    public int bytes() {
      return 256 + output.length();
    }
  }

  public record ServiceMaintenance(String id, boolean enable, String reason, String at)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      String node = draft.agentService(id, at).node();
      Check check = maintenance(node, Check.serviceMaintenance(id), "Service", reason, id);
      return maintain(draft, enable, check);
    }
  }

  public record NodeMaintenance(Member origin, boolean enable, String reason)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      MemberOp.introduce(draft, origin);
      Check check = maintenance(origin.name(), Check.NODE_MAINTENANCE, "Node", reason, "");
      return maintain(draft, enable, check);
    }
  }

  private static Result.Done maintain(CatalogDraft draft, boolean enable, Check check) {
    if (enable) {
      draft.put(check);
    } else if (draft.all().checks().containsKey(check.key())) {
      draft.remove(check);
    }
    return draft.done();
  }

  private static Check maintenance(
      String node, String id, String what, String reason, String serviceId) {
    String enabled = "Maintenance mode is enabled for this " + what.toLowerCase(Locale.ROOT);
    return Check.registered(
        new Key(node, id),
        new CheckRegistration(
            what + " Maintenance Mode",
            "maintenance",
            reason.isEmpty() ? enabled + NO_REASON : reason,
            serviceId,
            CheckDefinition.NONE,
            true),
        Status.CRITICAL,
        "");
  }
}
