/**
 * What clients of a node share: actors that are found by a key ({@link
 * io.flotilla.shared.SharedActors}), and the listeners that these notify ({@link
 * io.flotilla.shared.Listener}). No client may affect the others.
 */
package io.flotilla.shared;
