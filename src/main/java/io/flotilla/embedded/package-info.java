/**
 * Flotilla inside another program: {@link io.flotilla.embedded.EmbeddedNode} is one node, {@link
 * io.flotilla.embedded.EmbeddedCluster} several in one process with disks that are deleted at the
 * end, and {@link io.flotilla.embedded.FlotillaCluster} such a cluster for the tests of a JUnit
 * class. Several in one process don't know of each other; none ends the process.
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>The limits of memory ({@code flotilla.memory}) are shares of the whole heap, for each node
 *       of its own: a program with three of them has to give room for three.
 *   <li>A node whose log can't be trusted any longer ends alone, where a process of its own would
 *       be restarted: {@link io.flotilla.embedded.EmbeddedNode#ended} tells.
 *   <li>A garbage collection, or a busy program, stops all nodes in it: three in one process
 *       outlive the loss of one of them, not of the process.
 * </ul>
 */
package io.flotilla.embedded;
