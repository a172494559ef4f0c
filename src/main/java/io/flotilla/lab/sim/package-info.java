/**
 * A deterministic simulated network on Akka's own extension points, under which the lab's
 * algorithms\n * run, are explored and are checked.
 */
package io.flotilla.lab.sim;
