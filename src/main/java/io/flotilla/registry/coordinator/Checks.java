package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.entity.Door;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogResult.ServiceChanged;
import io.flotilla.registry.CatalogState;
import io.flotilla.registry.Check;
import io.flotilla.registry.CheckEntry;
import io.flotilla.registry.Key;
import io.flotilla.registry.ServiceEntry;
import io.flotilla.registry.balance.Table;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Keeps one {@link CheckRunner} for each active check that the catalogs name. */
final class Checks {
  /** A check in the whole cluster; with another definition it is another one. */
  private record Id(String namespace, Key key, long definitionIndex) {}

  private static final class Running {
    final ActorRef<CheckRunner.Command> runner;

    /** Services that count it; a node's check is one of several. */
    final Set<Table.Name> services = new HashSet<>();

    Running(ActorRef<CheckRunner.Command> runner) {
      this.runner = runner;
    }
  }

  private final ActorContext<?> context;
  private final Door<CatalogState, CatalogDraft> catalogs;
  private final ActorRef<Probes.Command> probes;
  private final Map<Id, Running> running = new HashMap<>();
  private final Map<Table.Name, Set<Id>> byService = new HashMap<>();

  Checks(
      ActorContext<?> context,
      Door<CatalogState, CatalogDraft> catalogs,
      ActorRef<Probes.Command> probes) {
    this.context = context;
    this.catalogs = catalogs;
    this.probes = probes;
  }

  int count() {
    return running.size();
  }

  /**
   * @param soon whether the service is new; if not, the coordinator is
   */
  void update(String namespace, ServiceChanged service, boolean soon) {
    Table.Name name = new Table.Name(namespace, service.name());
    Set<Id> wanted = new HashSet<>();
    for (ServiceEntry entry : service.entries()) {
      for (CheckEntry shown : entry.checks()) {
        Check check = shown.check();
        if (check.definition().asksService()) {
          Id id = new Id(namespace, check.key(), check.definitionIndex());
          wanted.add(id);
          run(id, check, soon).services.add(name);
        }
      }
    }
    Set<Id> before = Objects.requireNonNullElse(byService.put(name, wanted), Set.of());
    before.stream().filter(id -> !wanted.contains(id)).forEach(id -> drop(id, name));
    if (wanted.isEmpty()) {
      byService.remove(name);
    }
  }

  private Running run(Id id, Check check, boolean soon) {
    Running known = running.get(id);
    if (known != null) {
      known.runner.tell(new CheckRunner.Stands(check.status(), check.output()));
      return known;
    }
    Running started =
        new Running(
            context.spawnAnonymous(
                Behaviors.supervise(
                        CheckRunner.create(catalogs, probes, id.namespace(), id.key(), check, soon))
                    .onFailure(SupervisorStrategy.restart())));
    running.put(id, started);
    return started;
  }

  private void drop(Id id, Table.Name service) {
    Running r = running.get(id);
    r.services.remove(service);
    if (r.services.isEmpty()) {
      context.stop(r.runner);
      running.remove(id);
    }
  }
}
