package io.flotilla.registry;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What can be asked of a catalog. Every answer is a snapshot of one moment.
 *
 * @param <R> the answer
 */
public sealed interface CatalogRead<R extends Result.Many<?>>
    extends Operation.Read<CatalogState, R> {

  /** The path whose changes may alter the answer, see {@link CatalogPaths}. */
  String path();

  R on(long index, CatalogState state);

  @Override
  default R on(CatalogState state) {
    return on(index(state), state);
  }

  @Override
  default Interest interest() {
    return Interest.key(path());
  }

  @Override
  default long index(CatalogState state) {
    return Math.max(1, state.indexes().of(path()));
  }

  @Override
  default boolean matchesNothing(CatalogState state) {
    return on(state).items().isEmpty();
  }

  /**
   * A service's instances.
   *
   * @param passing only those whose checks all pass
   * @param tags which they must have
   * @param nodeMeta which their nodes must have
   */
  record Instances(String service, boolean passing, List<String> tags, Map<String, String> nodeMeta)
      implements CatalogRead<CatalogResult.Entries> {
    @Override
    public String path() {
      return CatalogPaths.service(service);
    }

    @Override
    public CatalogResult.Entries on(long index, CatalogState state) {
      Registrations all = state.registrations();
      return new CatalogResult.Entries(
          index,
          all.named(service).stream()
              .map(all::entry)
              .filter(e -> e.matches(tags, nodeMeta))
              .filter(e -> !passing || e.status() == Status.PASSING)
              .toList());
    }
  }

  /** The names of all services. */
  record Services(Map<String, String> nodeMeta) implements CatalogRead<CatalogResult.Services> {
    @Override
    public String path() {
      return CatalogPaths.SERVICES;
    }

    @Override
    public CatalogResult.Services on(long index, CatalogState state) {
      Registrations all = state.registrations();
      Map<String, Set<String>> tags = new TreeMap<>();
      for (Service s : all.services().values()) {
        if (nodeMeta.isEmpty() || all.shownNode(all.home(s)).hasMeta(nodeMeta)) {
          tags.computeIfAbsent(s.name(), name -> new TreeSet<>()).addAll(s.registration().tags());
        }
      }
      return new CatalogResult.Services(
          index,
          tags.entrySet().stream()
              .map(e -> new CatalogResult.NameAndTags(e.getKey(), List.copyOf(e.getValue())))
              .toList());
    }
  }

  record Nodes(Map<String, String> nodeMeta) implements CatalogRead<CatalogResult.Nodes> {
    @Override
    public String path() {
      return CatalogPaths.NODES;
    }

    @Override
    public CatalogResult.Nodes on(long index, CatalogState state) {
      return new CatalogResult.Nodes(
          index,
          state.registrations().nodes().values().stream()
              .filter(node -> node.hasMeta(nodeMeta))
              .toList());
    }
  }

  /** One node with its services. */
  record NodeServices(String node) implements CatalogRead<CatalogResult.NodeServices> {
    @Override
    public String path() {
      return CatalogPaths.node(node);
    }

    @Override
    public CatalogResult.NodeServices on(long index, CatalogState state) {
      Registrations all = state.registrations();
      Node found = all.nodes().get(node);
      return new CatalogResult.NodeServices(
          index, found, found == null ? List.of() : all.servicesAt(node));
    }

    @Override
    public boolean matchesNothing(CatalogState state) {
      return !state.registrations().nodes().containsKey(node);
    }
  }

  record NodeChecks(String node) implements CatalogRead<CatalogResult.Checks> {
    @Override
    public String path() {
      return CatalogPaths.node(node);
    }

    @Override
    public CatalogResult.Checks on(long index, CatalogState state) {
      return new CatalogResult.Checks(index, state.registrations().checksAt(node));
    }
  }

  /** The checks of a service, without those of its nodes. */
  record ServiceChecks(String service, Map<String, String> nodeMeta)
      implements CatalogRead<CatalogResult.Checks> {
    @Override
    public String path() {
      return CatalogPaths.service(service);
    }

    @Override
    public CatalogResult.Checks on(long index, CatalogState state) {
      Registrations all = state.registrations();
      return new CatalogResult.Checks(
          index,
          all.named(service).stream()
              .filter(s -> all.shownNode(all.home(s)).hasMeta(nodeMeta))
              .flatMap(s -> all.checksOf(s.node(), s.id()).stream())
              .map(all::shown)
              .toList());
    }
  }

  /**
   * Checks of all nodes and services.
   *
   * @param status null: any
   */
  record ChecksInState(Status status, Map<String, String> nodeMeta)
      implements CatalogRead<CatalogResult.Checks> {
    @Override
    public String path() {
      return CatalogPaths.CHECKS;
    }

    @Override
    public CatalogResult.Checks on(long index, CatalogState state) {
      Registrations all = state.registrations();
      return new CatalogResult.Checks(
          index,
          all.checks().values().stream()
              .filter(c -> status == null || status == c.status())
              .filter(c -> all.shownNode(all.home(c)).hasMeta(nodeMeta))
              .map(all::shown)
              .toList());
    }
  }

  /**
   * What was registered through {@code agent/*}: of those with the same id, the one that whoever
   * asks a node means.
   *
   * @param id null: all
   * @param at the node that was asked
   */
  record AgentServices(String id, String at) implements CatalogRead<CatalogResult.Entries> {
    @Override
    public String path() {
      return id == null ? CatalogPaths.INSTANCES : CatalogPaths.agent(id);
    }

    @Override
    public CatalogResult.Entries on(long index, CatalogState state) {
      Registrations all = state.registrations();
      if (id != null) {
        Service one = all.agentService(id, at);
        return new CatalogResult.Entries(index, one == null ? List.of() : List.of(all.entry(one)));
      }
      return new CatalogResult.Entries(
          index,
          all.services().values().stream()
              .filter(s -> s.agent() && s.equals(all.agentService(s.id(), at)))
              .map(all::entry)
              .toList());
    }
  }

  /** The same for all checks. */
  record AgentChecks(String at) implements CatalogRead<CatalogResult.Checks> {
    @Override
    public String path() {
      return CatalogPaths.CHECKS;
    }

    @Override
    public CatalogResult.Checks on(long index, CatalogState state) {
      Registrations all = state.registrations();
      return new CatalogResult.Checks(
          index,
          all.checks().values().stream()
              .filter(c -> c.agent() && all.isMeant(c, at))
              .map(all::shown)
              .toList());
    }
  }

  /** The same for the check with this id. */
  record AgentCheck(String id, String at) implements CatalogRead<CatalogResult.Checks> {
    @Override
    public String path() {
      return CatalogPaths.CHECKS;
    }

    @Override
    public CatalogResult.Checks on(long index, CatalogState state) {
      Registrations all = state.registrations();
      Check one = all.agentCheck(id, at);
      return new CatalogResult.Checks(index, one == null ? List.of() : List.of(all.shown(one)));
    }
  }

  /** A node and the services that were registered there, wherever they are shown. */
  record RegisteredOn(String node) implements CatalogRead<CatalogResult.NodeServices> {
    @Override
    public String path() {
      return CatalogPaths.node(node);
    }

    @Override
    public CatalogResult.NodeServices on(long index, CatalogState state) {
      Registrations all = state.registrations();
      return new CatalogResult.NodeServices(
          index, all.nodes().get(node), List.copyOf(all.registeredOn(node)));
    }
  }

  /** The check with this id that was registered on a node. */
  record CheckOn(String node, String id) implements CatalogRead<CatalogResult.Checks> {
    @Override
    public String path() {
      return CatalogPaths.node(node);
    }

    @Override
    public CatalogResult.Checks on(long index, CatalogState state) {
      Registrations all = state.registrations();
      Check one = all.checks().get(new Key(node, id));
      return new CatalogResult.Checks(index, one == null ? List.of() : List.of(all.shown(one)));
    }
  }

  /**
   * Services that changed in whatever way, or whose health did.
   *
   * @param after an index that an earlier answer had; 0 for all services
   */
  record ChangedSince(long after) implements CatalogRead<CatalogResult.Changed> {
    @Override
    public String path() {
      return CatalogPaths.INSTANCES;
    }

    /** If something that is gone since may have been forgotten, everything is answered anew. */
    @Override
    public CatalogResult.Changed on(long index, CatalogState state) {
      Registrations all = state.registrations();
      boolean complete = after <= state.indexes().floor();
      List<CatalogResult.ServiceChanged> changed = new ArrayList<>();
      for (Map.Entry<String, Long> e : state.indexes().services().entrySet()) {
        String name = CatalogPaths.serviceOf(e.getKey());
        boolean there = all.isNamed(name);
        if (complete ? there : e.getValue() > after) {
          changed.add(
              CatalogResult.ServiceChanged.of(
                  name, all.named(name).stream().map(all::entry).toList()));
        }
      }
      return new CatalogResult.Changed(index, complete, changed);
    }
  }

  /**
   * @param name of the events; null: any
   */
  record Events(String name) implements CatalogRead<CatalogResult.Events> {
    @Override
    public String path() {
      return CatalogPaths.EVENTS;
    }

    @Override
    public CatalogResult.Events on(long index, CatalogState state) {
      return new CatalogResult.Events(
          index,
          state.events().stream().filter(e -> name == null || name.equals(e.name())).toList());
    }
  }

  /**
   * Prepared queries.
   *
   * @param idOrName of one; null: all
   */
  record Queries(String idOrName) implements CatalogRead<CatalogResult.Queries> {
    @Override
    public String path() {
      return CatalogPaths.QUERIES;
    }

    @Override
    public CatalogResult.Queries on(long index, CatalogState state) {
      var all = state.queries();
      if (idOrName == null) {
        return new CatalogResult.Queries(index, List.copyOf(all.all()));
      }
      PreparedQuery byId = all.get(idOrName);
      PreparedQuery found = byId == null ? all.named(idOrName) : byId;
      return new CatalogResult.Queries(index, found == null ? List.of() : List.of(found));
    }
  }
}
