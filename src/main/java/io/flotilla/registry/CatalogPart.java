package io.flotilla.registry;

import io.flotilla.entity.Runs;
import io.flotilla.registry.Indexes.Change;
import java.util.List;
import java.util.stream.Stream;

/**
 * A part of a checkpoint of a catalog. One after the other they make the state; the numbers are the
 * same in each.
 */
record CatalogPart(
    long index,
    long indexFloor,
    long eventTime,
    List<Node> nodes,
    List<Service> services,
    List<Check> checks,
    List<Change> changes,
    List<Change> retired,
    List<UserEvent> events,
    List<PreparedQuery> queries) {

  private CatalogPart(
      CatalogState of,
      List<Node> nodes,
      List<Service> services,
      List<Check> checks,
      List<Change> changes,
      List<Change> retired,
      List<UserEvent> events,
      List<PreparedQuery> queries) {
    this(
        of.index(),
        of.indexes().floor(),
        of.eventTime(),
        nodes,
        services,
        checks,
        changes,
        retired,
        events,
        queries);
  }

  static Stream<CatalogPart> of(CatalogState s) {
    Registrations all = s.registrations();
    return Runs.inTurn(
        List.of(
            Runs.of(all.nodes().values(), Node::bytes)
                .map(r -> new CatalogPart(s, r, no(), no(), no(), no(), no(), no())),
            Runs.of(all.services().values(), Service::bytes)
                .map(r -> new CatalogPart(s, no(), r, no(), no(), no(), no(), no())),
            Runs.of(all.checks().values(), Check::bytes)
                .map(r -> new CatalogPart(s, no(), no(), r, no(), no(), no(), no())),
            Runs.of(changes(s.indexes()), c -> c.path().length())
                .map(r -> new CatalogPart(s, no(), no(), no(), r, no(), no(), no())),
            Runs.of(s.indexes().retired(), c -> c.path().length())
                .map(r -> new CatalogPart(s, no(), no(), no(), no(), r, no(), no())),
            Runs.of(s.events(), UserEvent::bytes)
                .map(r -> new CatalogPart(s, no(), no(), no(), no(), no(), r, no())),
            Runs.of(s.queries().all(), PreparedQuery::bytes)
                .map(r -> new CatalogPart(s, no(), no(), no(), no(), no(), no(), r)),
            Stream.of(new CatalogPart(s, no(), no(), no(), no(), no(), no(), no()))));
  }

  private static <T> List<T> no() {
    return List.of();
  }

  private static List<Change> changes(Indexes indexes) {
    return indexes.byPath().entrySet().stream()
        .map(e -> new Change(e.getValue(), e.getKey()))
        .toList();
  }

  CatalogState addTo(CatalogState state) {
    Registrations all = state.registrations();
    for (Node n : nodes) {
      all = all.with(n);
    }
    for (Service s : services) {
      all = all.with(s);
    }
    for (Check c : checks) {
      all = all.with(c);
    }
    return new CatalogState(
        index,
        all,
        state.indexes().with(changes, retired, indexFloor),
        state.events().plusAll(events),
        eventTime,
        all(state.queries()));
  }

  private Queries all(Queries before) {
    Queries all = before;
    for (PreparedQuery q : queries) {
      all = all.with(q);
    }
    return all;
  }
}
