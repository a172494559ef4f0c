package io.flotilla.registry.coordinator;

/** Marks what the coordinator stores; bound to {@link CoordinatorSerializer} in akka.conf. */
interface CoordinatorStored {}
