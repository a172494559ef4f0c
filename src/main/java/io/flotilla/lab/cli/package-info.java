/** {@code flotilla lab}: the lessons on the command line, to run, break and explore. */
package io.flotilla.lab.cli;
