package io.flotilla.registry;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;
import java.util.List;
import java.util.Map;

/**
 * What the coordinator reports to a catalog: which Flotilla nodes there are, and what checks
 * showed.
 */
public final class MemberOp {
  /** What every Flotilla node offers; clients of Consul look for it. */
  static final String SERVICE = "consul";

  /** The same, as earlier versions also called it. */
  private static final String FORMER_SERVICE = "flotilla";

  private static final String ALIVE = "Agent alive and reachable";
  private static final String GONE = "Agent not live or unreachable";

  private MemberOp() {}

  /** A Flotilla node is there, and well. */
  public record Put(Member member) implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      put(draft, member);
      return draft.done();
    }

    @Override
    public boolean isUpkeep() {
      return true;
    }
  }

  /** Reports whether a Flotilla node is there. */
  public record SerfHealth(String node, Status status) implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      if (!draft.all().members().contains(node)) {
        throw new Refusal("unknown-node", "There is no node \"" + node + "\".");
      }
      draft.put(serfHealth(draft, node, status));
      return draft.done();
    }

    @Override
    public boolean isUpkeep() {
      return true;
    }
  }

  /**
   * A Flotilla node has left for good. What was registered through it stays, and is shown on
   * another.
   */
  public record Remove(String node) implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      if (draft.all().members().contains(node)) {
        List.copyOf(draft.all().registeredOn(node)).stream()
            .filter(s -> !s.agent())
            .forEach(draft::remove);
        List.copyOf(draft.all().checksRegisteredOn(node)).stream()
            .filter(c -> !c.agent() || c.id().equals(Check.NODE_MAINTENANCE))
            .forEach(draft::remove);
        draft.removeNode(node);
      }
      return draft.done();
    }
  }

  /** Reports what a check showed. Refused if the check has got another definition since. */
  public record ReportCheck(Key check, long definitionIndex, Status status, String output)
      implements Write<CatalogDraft, Result.Done> {
    @Override
    public Result.Done decide(CatalogDraft draft) {
      Check found = draft.all().checks().get(check);
      if (found == null) {
        throw CatalogDraft.unknownCheck(check.id());
      }
      if (found.definitionIndex() != definitionIndex) {
        throw new Refusal(
            "definition-changed", "The check " + check.id() + " was registered anew meanwhile.");
      }
      draft.put(found.standing(status, output, draft.nowMillis()));
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

  /** A node through which something is registered, in a namespace that may not know it yet. */
  static void introduce(CatalogDraft draft, Member member) {
    if (!draft.all().members().contains(member.name())) {
      put(draft, member);
    }
  }

  private static void put(CatalogDraft draft, Member member) {
    draft.put(
        new Node(
            member.name(),
            member.nodeId(),
            member.address(),
            TaggedAddresses.ofNode(member.address()),
            member.nodeMeta(),
            true,
            Stamp.NONE));
    draft.put(serfHealth(draft, member.name(), Status.PASSING));
    draft.put(service(SERVICE, member));
    removeFormer(draft, member);
  }

  /** Not one that somebody else registered under that name. */
  private static void removeFormer(CatalogDraft draft, Member member) {
    Service former = service(FORMER_SERVICE, member);
    Service there = draft.all().services().get(former.key());
    if (there != null && there.isSameAs(former)) {
      draft.remove(there);
    }
  }

  private static Service service(String name, Member member) {
    return Service.registered(
        new Key(member.name(), name),
        new ServiceRegistration(
            name,
            List.of(),
            member.address(),
            member.port(),
            Map.of(),
            Map.of(),
            Weights.EQUAL,
            false,
            false,
            false),
        "");
  }

  private static Check serfHealth(CatalogDraft draft, String node, Status status) {
    Key key = new Key(node, Check.SERF_HEALTH);
    Check old = draft.all().checks().get(key);
    String output = status == Status.PASSING ? ALIVE : GONE;
    return old != null
        ? old.standing(status, output, draft.nowMillis())
        : Check.registered(
            key,
            new CheckRegistration("Serf Health Status", "", "", "", CheckDefinition.NONE, false),
            status,
            output);
  }
}
