package io.flotilla.registry;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Answers reads from one state, so that every answer is of one moment. */
final class Query {
  private final CatalogState state;
  private final Registrations all;

  Query(CatalogState state) {
    this.state = state;
    this.all = state.registrations();
  }

  Result answer(CatalogOp.Read read) {
    long index = index(read.interest());
    if (read instanceof CatalogOp.Instances i) {
      return new CatalogResult.Entries(index, instances(i));
    } else if (read instanceof CatalogOp.Services s) {
      return new CatalogResult.Services(index, services(s.nodeMeta()));
    } else if (read instanceof CatalogOp.Nodes n) {
      return new CatalogResult.Nodes(
          index, all.nodes().values().stream().filter(x -> x.hasMeta(n.nodeMeta())).toList());
    } else if (read instanceof CatalogOp.NodeServices n) {
      Node node = all.nodes().get(n.node());
      return new CatalogResult.NodeServices(
          index, node, node == null ? List.of() : all.servicesAt(n.node()));
    } else if (read instanceof CatalogOp.NodeChecks n) {
      return new CatalogResult.Checks(index, all.checksAt(n.node()));
    } else if (read instanceof CatalogOp.ServiceChecks s) {
      return new CatalogResult.Checks(index, serviceChecks(s));
    } else if (read instanceof CatalogOp.ChecksInState c) {
      return new CatalogResult.Checks(index, inState(c));
    } else if (read instanceof CatalogOp.AgentServices a) {
      return new CatalogResult.Entries(index, agentServices(a.id()));
    } else if (read instanceof CatalogOp.AgentChecks) {
      return new CatalogResult.Checks(
          index, all.checks().values().stream().filter(Check::agent).map(all::shown).toList());
    } else if (read instanceof CatalogOp.ChangedSince c) {
      return changedSince(index, c.after());
    } else if (read instanceof CatalogOp.Events e) {
      return new CatalogResult.Events(
          index,
          state.events().stream()
              .filter(x -> e.name() == null || e.name().equals(x.name()))
              .toList());
    }
    throw new IllegalArgumentException("no such read: " + read);
  }

  /** At least 1, also of what never was. */
  private long index(Interest interest) {
    return Math.max(1, state.lastChange(interest));
  }

  private List<ServiceEntry> instances(CatalogOp.Instances i) {
    return all.named(i.service()).stream()
        .map(all::entry)
        .filter(e -> e.matches(i.tags(), i.nodeMeta()))
        .filter(e -> !i.passing() || e.status() == Status.PASSING)
        .toList();
  }

  private List<CatalogResult.NameAndTags> services(Map<String, String> nodeMeta) {
    List<CatalogResult.NameAndTags> found = new ArrayList<>();
    for (String name : all.byName().keySet()) {
      Set<String> tags = new TreeSet<>();
      boolean any = false;
      for (Service s : all.named(name)) {
        if (nodeMeta.isEmpty() || all.shownNode(all.home(s)).hasMeta(nodeMeta)) {
          any = true;
          tags.addAll(s.tags());
        }
      }
      if (any) {
        found.add(new CatalogResult.NameAndTags(name, List.copyOf(tags)));
      }
    }
    return found;
  }

  private List<Check> serviceChecks(CatalogOp.ServiceChecks s) {
    return all.named(s.service()).stream()
        .filter(x -> all.shownNode(all.home(x)).hasMeta(s.nodeMeta()))
        .flatMap(x -> all.checksOf(x.node(), x.id()).stream())
        .map(all::shown)
        .toList();
  }

  private List<Check> inState(CatalogOp.ChecksInState c) {
    return all.checks().values().stream()
        .filter(x -> c.status() == null || c.status() == x.status())
        .filter(x -> all.shownNode(all.home(x)).hasMeta(c.nodeMeta()))
        .map(all::shown)
        .toList();
  }

  private List<ServiceEntry> agentServices(String id) {
    if (id != null) {
      Service one = all.agentService(id);
      return one == null ? List.of() : List.of(all.entry(one));
    }
    return all.services().values().stream().filter(Service::agent).map(all::entry).toList();
  }

  /** Where what is gone may have been forgotten since, everything is told anew. */
  private Result changedSince(long index, long after) {
    boolean complete = after <= state.indexes().floor();
    List<CatalogResult.ServiceChanged> changed = new ArrayList<>();
    for (Map.Entry<String, Long> e : state.indexes().services().entrySet()) {
      String name = Paths.serviceOf(e.getKey());
      boolean there = all.byName().containsKey(name);
      if (complete ? there : e.getValue() > after) {
        changed.add(
            new CatalogResult.ServiceChanged(
                name, all.named(name).stream().map(all::entry).toList()));
      }
    }
    return new CatalogResult.Changed(index, complete, changed);
  }
}
