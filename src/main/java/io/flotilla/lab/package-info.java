/** Distributed algorithms as plain Akka Typed behaviors, to read and to run. */
package io.flotilla.lab;
