/**
 * What clients of a node share: actors that are found by a key ({@link
 * io.flotilla.shared.SharedActors}), and who is told something by them ({@link
 * io.flotilla.shared.Listener}). Whatever one client does, the others must not feel it.
 */
package io.flotilla.shared;
