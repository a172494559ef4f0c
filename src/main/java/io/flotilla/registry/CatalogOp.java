package io.flotilla.registry;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import java.util.List;
import java.util.Map;

/** One operation on the catalog of a namespace. They happen one after another. */
public sealed interface CatalogOp extends Operation {

  /** Changes nothing that is stored. */
  sealed interface Read extends CatalogOp, Operation.Read {
    @Override
    CatalogOp.Read atOnce();
  }

  /** May change the catalog. */
  sealed interface Write extends CatalogOp, Operation.Write {}

  /**
   * A service's instances.
   *
   * @param passing only those whose checks all pass
   * @param tags which they must have
   * @param nodeMeta which their nodes must have
   */
  record Instances(
      String service,
      boolean passing,
      List<String> tags,
      Map<String, String> nodeMeta,
      long minIndex)
      implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.service(service));
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new Instances(service, passing, tags, nodeMeta, 0);
    }
  }

  /** The names of all services. */
  record Services(Map<String, String> nodeMeta, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.SERVICES);
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new Services(nodeMeta, 0);
    }
  }

  record Nodes(Map<String, String> nodeMeta, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.NODES);
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new Nodes(nodeMeta, 0);
    }
  }

  /** One node with its services. */
  record NodeServices(String node, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.node(node));
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new NodeServices(node, 0);
    }
  }

  record NodeChecks(String node, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.node(node));
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new NodeChecks(node, 0);
    }
  }

  /** The checks of a service, without those of its nodes. */
  record ServiceChecks(String service, Map<String, String> nodeMeta, long minIndex)
      implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.service(service));
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new ServiceChecks(service, nodeMeta, 0);
    }
  }

  /**
   * Checks of all nodes and services.
   *
   * @param status null: any
   */
  record ChecksInState(Status status, Map<String, String> nodeMeta, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.CHECKS);
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new ChecksInState(status, nodeMeta, 0);
    }
  }

  /**
   * What was registered through {@code agent/*}, on any node.
   *
   * @param id null: all
   */
  record AgentServices(String id, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(id == null ? Paths.INSTANCES : Paths.agent(id));
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new AgentServices(id, 0);
    }
  }

  /** Checks that were registered through {@code agent/*}, on any node. */
  record AgentChecks(long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.CHECKS);
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new AgentChecks(0);
    }
  }

  /**
   * Services that changed in whatever way, or whose health did.
   *
   * @param after an index that an earlier answer had; 0 for all services
   * @param minIndex {@code after} to wait for the next change, or 0
   */
  record ChangedSince(long after, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.INSTANCES);
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new ChangedSince(after, 0);
    }
  }

  /**
   * @param name null: of any name
   */
  record Events(String name, long minIndex) implements Read {
    @Override
    public Interest interest() {
      return Interest.key(Paths.EVENTS);
    }

    @Override
    public CatalogOp.Read atOnce() {
      return new Events(name, 0);
    }
  }

  /**
   * Registers a service through {@code agent/*}, or replaces it.
   *
   * @param origin the Flotilla node that was asked
   * @param checks whose ids are new, or replace checks of the same id; these keep their status
   * @param replaceChecks removes the service's other checks
   */
  record RegisterService(
      Member origin, Service service, List<Check> checks, boolean replaceChecks, String requestId)
      implements Write {}

  /** With its checks. */
  record DeregisterService(String id, String requestId) implements Write {}

  /** Registers a check through {@code agent/*}, or replaces it. */
  record RegisterCheck(Member origin, Check check, String requestId) implements Write {}

  record DeregisterCheck(String id, String requestId) implements Write {}

  /**
   * How a TTL check stands; its TTL starts again. When nothing has changed nothing is stored: it is
   * answered like a read.
   */
  record UpdateCheck(String id, Status status, String output, String requestId) implements Write {
    @Override
    public boolean isUpkeep() {
      return true;
    }
  }

  record ServiceMaintenance(String id, boolean enable, String reason, String requestId)
      implements Write {}

  record NodeMaintenance(Member origin, boolean enable, String reason, String requestId)
      implements Write {}

  /**
   * Registers what somebody else looks after ({@code catalog/register}).
   *
   * @param skipNodeUpdate a node that is there stays as it is
   * @param service null: none
   */
  record RegisterNode(
      Node node, boolean skipNodeUpdate, Service service, List<Check> checks, String requestId)
      implements Write {}

  /**
   * @param serviceId null: not a service
   * @param checkId null: not a check. If both are null it is the whole node.
   */
  record DeregisterNode(String node, String serviceId, String checkId, String requestId)
      implements Write {}

  record FireEvent(UserEvent event, String requestId) implements Write {}

  /** The coordinator's: a Flotilla node is there, and well. */
  record PutMember(Member member, String requestId) implements Write {
    @Override
    public boolean isUpkeep() {
      return true;
    }
  }

  /** The coordinator's: whether a Flotilla node is there. */
  record SerfHealth(String node, Status status, String requestId) implements Write {
    @Override
    public boolean isUpkeep() {
      return true;
    }
  }

  /** The coordinator's: a Flotilla node has left for good. */
  record RemoveMember(String node, String requestId) implements Write {}

  /**
   * The coordinator's: what a check showed. Refused when the check has another definition since.
   */
  record ReportCheck(
      Key check, long definitionIndex, Status status, String output, String requestId)
      implements Write {
    @Override
    public boolean isUpkeep() {
      return true;
    }
  }

  @Override
  default int bytes() {
    long bytes = 256;
    if (this instanceof RegisterService r) {
      bytes += r.service.bytes() + r.checks.stream().mapToLong(Check::bytes).sum();
    } else if (this instanceof RegisterCheck r) {
      bytes += r.check.bytes();
    } else if (this instanceof RegisterNode r) {
      bytes += r.node.bytes() + (r.service == null ? 0 : r.service.bytes());
      bytes += r.checks.stream().mapToLong(Check::bytes).sum();
    } else if (this instanceof UpdateCheck u) {
      bytes += u.output.length();
    } else if (this instanceof ReportCheck r) {
      bytes += r.output.length();
    } else if (this instanceof FireEvent f) {
      bytes += f.event.bytes();
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }
}
