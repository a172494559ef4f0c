/**
 * Flotilla for Akka clusters of other programs, through the client: {@link
 * io.flotilla.akka.FlotillaLease} for {@code akka.coordination.lease}, {@link
 * io.flotilla.akka.FlotillaDiscovery} for {@code akka.discovery}. Both are instantiated by Akka, by
 * the names in {@code reference.conf}, which documents their settings. They are in the client's
 * jar, and need what the program has anyway: Akka.
 */
package io.flotilla.akka;
