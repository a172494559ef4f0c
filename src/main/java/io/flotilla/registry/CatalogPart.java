package io.flotilla.registry;

import java.util.List;

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
    List<Indexes.Change> changes,
    List<Indexes.Change> retired,
    List<UserEvent> events) {}
