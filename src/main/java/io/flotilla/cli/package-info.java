/**
 * The command line: each command is one class that uses the public client.
 *
 * <p>{@code node} and {@code agent} run a node in this process; {@code up}, {@code crash}, {@code
 * restart}, {@code down} and {@code demo} manage nodes as processes of their own ({@link
 * io.flotilla.cli.NodeProcess}); the others talk to a cluster over HTTP.
 *
 * <p>Results go to standard output, progress and remarks to standard error. Exit codes: 0 done, 1
 * failed, 2 wrong usage.
 */
package io.flotilla.cli;
