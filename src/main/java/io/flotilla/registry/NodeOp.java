package io.flotilla.registry;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.util.List;

/**
 * Registrations that somebody else looks after: {@code catalog/register} and {@code
 * catalog/deregister}.
 */
public final class NodeOp {
  private NodeOp() {}

  /**
   * A Flotilla node itself is described by the coordinator only; services may be added to it.
   *
   * @param skipNodeUpdate a node that is there stays as it is
   * @param service null: none
   * @param most services that its owner may have; 0: any number
   */
  public record Register(
      Node node, boolean skipNodeUpdate, Service service, List<Check> checks, int most)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      Node old = draft.all().nodes().get(node.name());
      boolean member = old != null && old.member();
      for (Check check : checks) {
        if (member) {
          CatalogDraft.refuseReserved(check);
        }
        checkService(draft, check);
      }
      if (!member && (old == null || !skipNodeUpdate)) {
        draft.put(node);
      }
      if (service != null) {
        if (!draft.all().services().containsKey(service.key())) {
          draft.all().owned().checkRoom(service.owner(), most, "services");
        }
        draft.put(service);
      }
      checks.forEach(draft::put);
      return draft.done();
    }

    private void checkService(CatalogDraft draft, Check check) {
      boolean isOfThis = service != null && service.id().equals(check.serviceId());
      if (!check.isOfNode()
          && !isOfThis
          && !draft.all().services().containsKey(new Key(node.name(), check.serviceId()))) {
        throw CatalogDraft.missingService(check.serviceId());
      }
    }

    @Override
    public int bytes() {
      long ofChecks = checks.stream().mapToLong(Check::bytes).sum();
      return (int) (256 + node.bytes() + (service == null ? 0 : service.bytes()) + ofChecks);
    }
  }

  /**
   * What is not there has been deregistered already.
   *
   * @param serviceId null: not a service
   * @param checkId null: not a check. If both are null it is the whole node.
   */
  public record Deregister(String node, String serviceId, String checkId)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      Registrations all = draft.all();
      if (serviceId != null) {
        Service service = all.services().get(new Key(node, serviceId));
        if (service != null) {
          draft.remove(service);
        }
      } else if (checkId != null) {
        Check check = all.checks().get(new Key(node, checkId));
        if (check != null) {
          draft.remove(check);
        }
      } else if (all.nodes().containsKey(node)) {
        removeNode(draft);
      }
      return draft.done();
    }

    private void removeNode(CatalogDraft draft) {
      if (draft.all().nodes().get(node).member()) {
        throw new Refusal(
            "member-node",
            "\"" + node + "\" is a Flotilla node: it goes when it leaves the cluster.");
      }
      List.copyOf(draft.all().registeredOn(node)).forEach(draft::remove);
      List.copyOf(draft.all().checksRegisteredOn(node)).forEach(draft::remove);
      draft.removeNode(node);
    }
  }
}
