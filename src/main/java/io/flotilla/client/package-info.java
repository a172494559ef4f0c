/** A typed Java client of Flotilla's HTTP API: asynchronous, several addresses with failover. */
package io.flotilla.client;
