package io.flotilla.registry;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Several operations on nodes, services and checks that are done together or not at all: one after
 * another, each on what its predecessors did. If one fails, all failures are answered and nothing
 * is done. The texts of the failures are Consul's.
 */
public record CatalogTxn(List<Step> steps)
    implements Write<CatalogDraft, CatalogResult.Transacted> {
  /** A transaction that writes is stored with its results; they may have this many bytes. */
  static final long STORED_BYTES = 512 * 1024;

  /**
   * A node, or a service or check on it.
   *
   * @param serviceId null: it is no service
   * @param checkId null: it is no check
   */
  public record Target(String node, String serviceId, String checkId) {
    private CatalogResult.Item in(Registrations all) {
      Node found = serviceId == null && checkId == null ? all.nodes().get(node) : null;
      Service service = serviceId == null ? null : all.services().get(new Key(node, serviceId));
      Check check = checkId == null ? null : all.checks().get(new Key(node, checkId));
      return new CatalogResult.Item(found, service, check == null ? null : all.shown(check));
    }

    private String text() {
      return serviceId != null
          ? "service \"" + serviceId + "\" on node \"" + node + "\""
          : checkId != null
              ? "check \"" + checkId + "\" on node \"" + node + "\""
              : "node \"" + node + "\"";
    }
  }

  /** One operation. */
  public sealed interface Step {
    Target target();

    /** Does it, if its condition holds; returns why it doesn't, or null. */
    String failure(CatalogDraft draft);
  }

  public record Get(Target target) implements Step {
    @Override
    public String failure(CatalogDraft draft) {
      return target.in(draft.all()).isNothing() ? target.text() + " doesn't exist" : null;
    }
  }

  /**
   * @param register describes one thing: a service, a check or else the node
   * @param cas the index that it must have; 0: it must not be there
   */
  public record Set(NodeOp.Register register, OptionalLong cas) implements Step {
    @Override
    public Target target() {
      return new Target(
          register.node().name(),
          register.service() == null ? null : register.service().id(),
          register.checks().isEmpty() ? null : register.checks().get(0).id());
    }

    @Override
    public String failure(CatalogDraft draft) {
      CatalogResult.Item old = target().in(draft.all());
      if (cas.isPresent() && old.modifyIndex() != cas.getAsLong()) {
        return "failed to set " + target().text() + ", index is stale";
      }
      String missing = missing(draft.all());
      if (missing == null) {
        register.decide(draft);
      }
      return missing;
    }

    private String missing(Registrations all) {
      Node there = all.nodes().get(register.node().name());
      if (register.service() == null && register.checks().isEmpty()) {
        return there != null && there.member()
            ? target().text() + " is a Flotilla node: what it is it says itself"
            : null;
      } else if (there == null) {
        return "Missing node registration";
      }
      boolean orphan =
          register.checks().stream()
              .filter(check -> !check.isOfNode())
              .anyMatch(c -> !all.services().containsKey(new Key(c.node(), c.serviceId())));
      return orphan ? "Missing service registration" : null;
    }
  }

  /**
   * @param cas the index that it must have
   */
  public record Delete(NodeOp.Deregister deregister, OptionalLong cas) implements Step {
    @Override
    public Target target() {
      return new Target(deregister.node(), deregister.serviceId(), deregister.checkId());
    }

    @Override
    public String failure(CatalogDraft draft) {
      CatalogResult.Item old = target().in(draft.all());
      if (cas.isPresent() && (old.isNothing() || old.modifyIndex() != cas.getAsLong())) {
        return "failed to delete " + target().text() + ", index is stale";
      }
      deregister.decide(draft);
      return null;
    }
  }

  @Override
  public CatalogResult.Transacted decide(CatalogDraft draft) {
    CatalogDraft attempt = draft.attempt();
    List<CatalogResult.Item> items = new ArrayList<>();
    List<CatalogResult.Failure> failures = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      String failure = failure(attempt, steps.get(i));
      if (failure != null) {
        failures.add(new CatalogResult.Failure(i, failure));
      } else if (!(steps.get(i) instanceof Delete)) {
        items.add(steps.get(i).target().in(attempt.all()));
      }
    }
    if (!failures.isEmpty()) {
      return new CatalogResult.Transacted(draft.state().index(), List.of(), failures);
    }
    CatalogResult.Transacted result =
        new CatalogResult.Transacted(attempt.state().index(), items, List.of());
    if (!attempt.changes().isEmpty() && result.bytes() > STORED_BYTES) {
      throw new Refusal(
          "answer-too-large",
          "What a transaction that writes answers may have 512 KiB at most; make several of it.");
    }
    draft.take(attempt);
    return result;
  }

  private static String failure(CatalogDraft attempt, Step step) {
    try {
      return step.failure(attempt);
    } catch (Refusal refusal) {
      return refusal.getMessage();
    }
  }

  @Override
  public int bytes() {
    return 256 + steps.stream().mapToInt(CatalogTxn::bytes).sum();
  }

  private static int bytes(Step step) {
    return step instanceof Set set ? set.register().bytes() : 512;
  }
}
